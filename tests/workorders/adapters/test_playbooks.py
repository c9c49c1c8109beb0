"""The shelf of playbooks: what is delivered is sound, and a wrong line is named."""

import csv
from datetime import date
from pathlib import Path

import pytest
import yaml

from services.routing.directory.resolving import FITTING
from services.workorders.adapters.playbooks import DETAILS, REACHABLE, PlaybookInvalid, load_shelf
from services.workorders.orders.doors import ANSWERS_INQUIRIES, SIGN
from services.workorders.orders.reactions import HANDLED_ELSEWHERE
from services.workorders.orders.rules.playbook import Does, Limit
from shared.contracts.codes import Channel, Outcome, Priority, State
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
    without = {channel for channel in Channel if shelf.for_channel(channel, TODAY) is None}
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
def test_whomever_routing_may_name_can_sign(channel: Channel) -> None:
    playbook = load_shelf(DELIVERED).for_channel(channel, TODAY)
    assert playbook is not None
    assert set(FITTING[channel]) <= set(playbook.signers)


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
        book.version if (book := shelf.for_channel(Channel.DSP, day)) else None
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
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    assert right in DISPATCH
    with pytest.raises(PlaybookInvalid) as refused:
        load_shelf(shelve(tmp_path, DISPATCH.replace(right, wrong, 1)))
    assert f"book0.yaml{message}" in str(refused.value)


def test_an_empty_file_is_no_playbook(tmp_path: Path) -> None:
    with pytest.raises(PlaybookInvalid, match="empty"):
        load_shelf(shelve(tmp_path, ""))
