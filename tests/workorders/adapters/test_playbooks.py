"""The shelf of playbooks: what is delivered is sound, and a wrong line is named."""

import csv
from datetime import date
from pathlib import Path

import pytest
import yaml

from services.routing.directory.resolving import FITTING
from services.workorders.adapters.playbooks import DETAILS, REACHABLE, PlaybookInvalid, load_shelf
from services.workorders.adapters.units import load_units
from services.workorders.orders.doors import ANSWERS_INQUIRIES, SIGN
from services.workorders.orders.reactions import HANDLED_ELSEWHERE
from services.workorders.orders.rules.playbook import Does, Limit
from shared.contracts.codes import Category, Channel, Flag, Outcome, Priority, State
from shared.kernel import ItemCode

ROOT = Path(__file__).parents[3]
DELIVERED = ROOT / "services/workorders/playbooks"
DOMAIN = ROOT / "shared/contracts/domain"
TODAY = date(2026, 3, 2)

DISPATCH = """\
code: dispatch
version: dispatch-1
valid_from: 2026-01-01
title: {zh: 出警处置, en: Dispatch}
channels: [DSP]
sign:
  roles: [community_officer]
  minutes: {P0: 1}
steps:
  - code: dispatched
    does: respond
    title: {zh: 出警, en: Dispatched}
    reaches: DISPATCHED
  - code: on_scene
    does: work
    after: [dispatched]
    helpers: [auxiliary]
    minutes: {P0: 5}
    title: {zh: 到场, en: On scene}
    reaches: ON_SCENE
  - code: answer
    does: answer
    after: [on_scene]
    title: {zh: 答复, en: Answer}
ends:
  - {outcome: done, needs: [answer], details: [PERSON_FOUND]}
  - {outcome: failed, needs: [on_scene]}
"""


def shelve(folder: Path, *texts: str) -> Path:
    for number, text in enumerate(texts):
        (folder / f"book{number}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_every_channel_that_orders_handle_has_a_playbook_and_no_other() -> None:
    shelf = load_shelf(DELIVERED)
    without = {channel for channel in Channel if shelf.choose(channel, Category.FBK, (), TODAY) is None}
    assert without == HANDLED_ELSEWHERE


def test_only_roles_that_may_sign_for_something_sign() -> None:
    with (DOMAIN / "access.csv").open(encoding="utf-8", newline="") as file:
        allowed = {
            row["role"] for row in csv.DictReader(file) if row["operation"] == "sign_for" and row["effect"] == "allow"
        }
    for sheet in load_shelf(DELIVERED).sheets:
        of_another_body = set(SIGN)
        inquiries = ANSWERS_INQUIRIES if sheet.channels == {Channel.BOT} else frozenset()
        assert set(sheet.playbook.signers) <= allowed | of_another_body | inquiries


@pytest.mark.parametrize("channel", sorted(set(Channel) - HANDLED_ELSEWHERE))
def test_whomever_routing_may_name_can_sign_by_every_playbook_of_the_channel(channel: Channel) -> None:
    sheets = load_shelf(DELIVERED).for_owner(channel, TODAY)
    for sheet in sheets:
        if not sheet.takes.by_hand:
            assert set(FITTING[channel]) <= set(sheet.playbook.signers), sheet.playbook.code
    assert sheets


@pytest.mark.parametrize(
    ("channel", "category", "flags", "code"),
    [
        (Channel.DSP, Category.EMG, (Flag.ELDERLY,), "missing_person"),
        (Channel.DSP, Category.EMG, (), "answer"),
        (Channel.DSP, Category.FRD, (Flag.SEXUAL_CONTENT,), "fraud_dissuasion"),
        (Channel.DSP, Category.CRM, (), "clue_verification"),
        (Channel.DSP, Category.MIN, (Flag.MINOR,), "school_bullying"),
        (Channel.CASE, Category.CRM, (Flag.ENTERPRISE,), "casework"),
        (Channel.WIN, Category.SVC, (), "answer"),
        (Channel.WIN, Category.SVC, (Flag.ELDERLY,), "answer"),
        (Channel.WIN, Category.SVC, (Flag.EXAM, Flag.CROSS_REGION), "urgent_id_card"),
        (Channel.WIN, Category.SVC, (Flag.ELDERLY, Flag.DISABLED_ILL), "residence_permit_at_home"),
        (Channel.WIN, Category.SVC, (Flag.NO_ID, Flag.CROSS_REGION), "no_hukou"),
        (Channel.WIN, Category.INQ, (Flag.NO_ID,), "answer"),
        (Channel.XDEP, Category.COM, (), "public_hazard"),
        (Channel.XDEP, Category.URB, (Flag.ENTERPRISE,), "street_order"),
        (Channel.XDEP, Category.WEL, (Flag.HEALTH_DATA,), "hardship_aid"),
        (Channel.BOT, Category.INQ, (), "inquiry"),
    ],
)
def test_the_closest_playbook_is_taken(
    channel: Channel, category: Category, flags: tuple[Flag, ...], code: str
) -> None:
    playbook = load_shelf(DELIVERED).choose(channel, category, flags, TODAY)
    assert playbook is not None
    assert playbook.code == code


def test_a_playbook_by_hand_is_for_owners_to_choose_on_its_own_channel_only() -> None:
    shelf = load_shelf(DELIVERED)
    assert shelf.named(ItemCode("passport_photo"), Channel.WIN, TODAY) is not None
    assert shelf.named(ItemCode("passport_photo"), Channel.DSP, TODAY) is None
    assert shelf.named(ItemCode("passport_photo"), Channel.WIN, date(2025, 12, 31)) is None


def test_units_have_the_kinds_of_the_directory() -> None:
    directory = yaml.safe_load((ROOT / "services/routing/directory/demo.yaml").read_text(encoding="utf-8"))["units"]
    for unit, kind in load_units(ROOT / "services/workorders/units.yaml").kinds.items():
        assert directory[unit]["kind"] == kind, unit


def test_the_states_and_details_of_orders_are_those_of_the_lists() -> None:
    codes = yaml.safe_load((DOMAIN / "codes.yaml").read_text(encoding="utf-8"))
    assert {state["code"] for state in codes["states"] if state["owner"] == "workorders.order"} == REACHABLE
    details = {detail["code"]: detail["of"] for detail in codes["outcome_details"]}
    for outcome, allowed in DETAILS.items():
        assert allowed == {code for code, of in details.items() if of == outcome}


def test_a_playbook_is_read_as_it_is_written(tmp_path: Path) -> None:
    (sheet,) = load_shelf(shelve(tmp_path, DISPATCH)).sheets
    dispatched, on_scene, answer = sheet.playbook.steps
    assert (dispatched.does, on_scene.does, answer.does) == (Does.RESPOND, Does.WORK, Does.ANSWER)
    assert on_scene.after == (ItemCode("dispatched"),)
    assert on_scene.limits == (Limit(Priority.P0, 5),)
    assert on_scene.reaches is State.ON_SCENE
    assert sheet.step_titles[ItemCode("on_scene")].zh == "到场"
    assert [end.outcome for end in sheet.playbook.ends] == [Outcome.DONE, Outcome.FAILED]


def test_a_playbook_counts_from_its_first_to_its_last_day(tmp_path: Path) -> None:
    old = DISPATCH.replace("valid_from: 2026-01-01", "valid_from: 2026-01-01\nvalid_until: 2026-06-30")
    new = DISPATCH.replace("dispatch-1", "dispatch-2").replace("2026-01-01", "2026-07-01")
    shelf = load_shelf(shelve(tmp_path, old, new))
    versions = [
        book.version if (book := shelf.choose(Channel.DSP, Category.EMG, (), day)) else None
        for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    ]
    assert versions == [None, "dispatch-1", "dispatch-1", "dispatch-2"]


def test_two_playbooks_never_count_for_one_channel_on_one_day(tmp_path: Path) -> None:
    other = DISPATCH.replace("dispatch-1", "dispatch-2")
    with pytest.raises(PlaybookInvalid, match=r"book1\.yaml:5: DSP: dispatch-1 counts on the same days"):
        load_shelf(shelve(tmp_path, DISPATCH, other))


def test_a_version_names_one_playbook(tmp_path: Path) -> None:
    other = DISPATCH.replace("channels: [DSP]", "channels: [CASE]")
    with pytest.raises(PlaybookInvalid, match=r"book1\.yaml:2: dispatch-1 exists already"):
        load_shelf(shelve(tmp_path, DISPATCH, other))


def test_the_words_of_an_old_version_may_be_gone_while_its_orders_go_on(tmp_path: Path) -> None:
    (sheet,) = load_shelf(shelve(tmp_path, DISPATCH)).sheets
    assert load_shelf(DELIVERED).sheet_of(sheet.playbook) is None
    assert load_shelf(tmp_path).sheet_of(sheet.playbook) == sheet


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("code: dispatch\n", "code: Dispatch!\n", ":1: 'Dispatch!' is no code"),
        ("valid_from: 2026-01-01", "valid_from: 1 January", ":3: a day is expected"),
        ("valid_from: 2026-01-01", "valid_from: 2026-01-01\nvalid_until: 2025-01-01", ":4: the last day is before"),
        ("title: {zh: 出警处置, en: Dispatch}", "title: {zh: 出警处置}", ":4: en is missing"),
        ("channels: [DSP]", "channels: [DSP, DPS]", ":5: 'DPS' is no Channel"),
        ("channels: [DSP]", "channels: [DSP, DSP]", ":5: DSP stands here twice"),
        ("channels: [DSP]", "channels: DSP", ":5: a list is expected"),
        ("roles: [community_officer]", "roles: []", ":7: nobody could sign"),
        ("roles: [community_officer]", "roles: [auxiliary]", ":7: an auxiliary never signs"),
        ("minutes: {P0: 1}", "minutes: {P9: 1}", ":8: 'P9' is no Priority"),
        ("minutes: {P0: 1}", "minutes: {P0: soon}", ":8: a whole number is expected"),
        ("minutes: {P0: 1}", "minutes: {P0: 0}", ":8: no time at all"),
        ("minutes: {P0: 1}", "minutes: {P0: 1, P0: 2}", ":8: 'P0' stands here twice"),
        ("does: respond", "does: respnd", ":11: 'respnd' is no Does"),
        ("reaches: DISPATCHED", "reaches: AGREED", ":13: AGREED is no state of an order"),
        ("after: [dispatched]", "after: [answer]", ":14: on_scene comes after answer, which does not stand above it"),
        ("code: on_scene", "code: dispatched", ":14: the step dispatched stands here twice"),
        ("does: work", "does: respond", ":10: there is one first response"),
        ("does: work", "does: answer", ":17: the owner answers"),
        ("does: answer", "does: work", ":10: exactly one step answers"),
        ("after: [on_scene]", "after: [on_scene]\n    colour: red", ":24: 'colour' is not known here"),
        ("{outcome: done,", "{outcome: settled,", ":26: no order ends with settled"),
        ("{outcome: done, needs: [answer], details: [PERSON_FOUND]}", "{outcome: refused}", ":26: nothing could ever"),
        ("details: [PERSON_FOUND]", "details: [LAPSED]", ":26: LAPSED is no detail of done"),
        ("needs: [on_scene]", "needs: [dance]", ":27: dance is no step of this playbook"),
        ("outcome: failed", "outcome: done", ":27: the outcome done stands here twice"),
        ("needs: [on_scene]}", "needs: [on_scene]", ":28:"),
        ("does: work", "does: work\n    proof: [smell]", ":16: 'smell' is no Proof"),
        ("does: work", "does: work\n    rule: R-9", ":16: 'R-9' is no rule"),
        ("does: work", "does: work\n    tries: 0", ":16: no time at all"),
        ("does: work", "does: work\n    task: {kinds: [BANK]}", ":14: a step of other units, and no other"),
        ("does: work", "does: task", ":14: a step of other units, and no other"),
        ("does: work", "does: task\n    task: {kinds: []}", ":16: nobody could be asked"),
        ("does: work", "does: task\n    task: {kinds: [BANK]}\n    proof: [photo]", ":17: a step that does task"),
        ("does: work", "does: approve", ":14: an approval, and nothing else"),
        ("does: work", "does: work\n    back_to: dispatched", ":14: an approval, and nothing else"),
        ("does: work", "does: work\n    asks: [items]", ":14: a step that asks for items"),
        ("does: work", "does: work\n    when: {dispatched: gone}", ":14: gone is no result of dispatched"),
        ("channels: [DSP]", "channels: [DSP]\nfor: {flags: [OLD]}", ":6: 'OLD' is no Flag"),
        ("channels: [DSP]", "channels: [DSP]\nfor: {by_hand: yes}", ":6: true or false is expected"),
        ("details: [PERSON_FOUND]}", "only: {PERSON_FOUND: {on_scene: found}}}", ":26: found is no result of on_scene"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    assert right in DISPATCH
    with pytest.raises(PlaybookInvalid) as refused:
        load_shelf(shelve(tmp_path, DISPATCH.replace(right, wrong, 1)))
    assert f"book0.yaml{message}" in str(refused.value)


def test_an_approval_needs_somebody_who_may_give_it(tmp_path: Path) -> None:
    approved = DISPATCH.replace("does: work", "does: approve\n    back_to: dispatched")
    approved = approved.replace("helpers: [auxiliary]", "days: 3")
    with pytest.raises(PlaybookInvalid, match="nobody could approve"):
        load_shelf(shelve(tmp_path, approved))


def test_two_playbooks_of_one_code_never_count_on_one_day(tmp_path: Path) -> None:
    other = DISPATCH.replace("dispatch-1", "dispatch-2").replace("channels: [DSP]", "channels: [CASE]")
    with pytest.raises(PlaybookInvalid, match="dispatch-1 has this code"):
        load_shelf(shelve(tmp_path, DISPATCH, other))


def test_units_of_a_wrong_kind_and_units_twice_are_named(tmp_path: Path) -> None:
    (tmp_path / "units.yaml").write_text("BANK: [BANK-1]\nSHOP: [SHOP-1]\n", encoding="utf-8")
    with pytest.raises(PlaybookInvalid, match=r"units\.yaml:2: 'SHOP' is no UnitKind"):
        load_units(tmp_path / "units.yaml")
    (tmp_path / "units.yaml").write_text("BANK: [BANK-1]\nHOSPITAL: [BANK-1]\n", encoding="utf-8")
    with pytest.raises(PlaybookInvalid, match=r"units\.yaml:2: BANK-1 stands here twice"):
        load_units(tmp_path / "units.yaml")


def test_an_empty_file_is_no_playbook(tmp_path: Path) -> None:
    with pytest.raises(PlaybookInvalid, match="empty"):
        load_shelf(shelve(tmp_path, ""))
