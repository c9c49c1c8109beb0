"""News of a mediation: who is told of what runs out, of a new lead, of a broken duty, of legal aid; and who is not."""

import csv
from importlib.resources import files
from typing import Any
from uuid import UUID

import orjson
import pytest

from services.notifications.contacts.case_words import LIMITS
from services.notifications.contacts.commands import Tell
from services.notifications.contacts.decider import contact_decider
from services.notifications.contacts.facts import About, MessagePosted, Particulars, Rung, Side, Voice
from services.notifications.contacts.wording import Language
from services.notifications.contacts.words import render
from services.notifications.news.reactions import EVERYBODYS, REQUESTERS_TOO
from shared.contracts.base import Contract
from shared.contracts.codes import Channel, Effect, Ladder, ReasonCode
from shared.contracts.mediation import (
    CaseOpenedV1,
    ChannelHandedOverV1,
    ConfirmationDecidedV1,
    ConfirmationWarnedV1,
    DefaultClimbedV1,
    LegalAidAppliedV2,
    LegalAidDecidedV2,
    LimitBreachedV1,
    LimitWarnedV1,
    PenaltyProcedureDueV1,
)
from shared.kernel import ClockId, PersonId, RequestId, RuleId
from tests.notifications.contacts.calls import DAY, OFFICER, abouts, messages, opened, person, routed
from tests.notifications.contacts.samples import MONDAY, NEIGHBOUR, RESULT, posted
from tests.notifications.contacts.samples import opened as contact_opened
from tests.support.house import MONDAY_MORNING, Desk
from tests.support.neighbours import say
from tests.support.spec import Spec

contact = Spec(contact_decider)
CASE, DUE = UUID(int=5), MONDAY_MORNING + 5 * DAY
has_it = posted(About.ROUTED, UUID(int=50), particulars=Particulars(person=OFFICER))
told_neighbour = posted(About.CONSENT_ASKED, UUID(int=49), voice=NEIGHBOUR)


def tell(about: About, **how: Any) -> Tell:
    return Tell(cause=RESULT, about=about, at=MONDAY, **how)


def voices(*found: object) -> list[Voice]:
    return [event.voice for event in found if isinstance(event, MessagePosted)]


def test_everybody_is_the_sides_and_never_an_officer_who_was_told_before() -> None:
    past = contact.given(contact_opened, has_it, told_neighbour)
    told = past.when(tell(About.LIMIT_WARNED, everybody=True, officer=True)).events
    assert {voice.side for voice in voices(*told)} == {Side.REQUESTER, Side.OTHER_PARTY, Side.OFFICER}
    again = Tell(cause=UUID(int=70), about=About.DEFAULT_CLIMBED, everybody=True, at=MONDAY)
    later = contact.given(contact_opened, has_it, told_neighbour, *told).when(again).events
    assert {voice.side for voice in voices(*later)} == {Side.REQUESTER, Side.OTHER_PARTY}


def test_nobody_is_told_as_an_officer_before_anybody_has_it() -> None:
    contact.given(contact_opened).when(tell(About.LIMIT_BREACHED, voices=(), officer=True)).then_nothing()


def test_every_side_that_the_one_list_names_is_warned_of_its_limit() -> None:
    raw = files("shared.contracts").joinpath("domain/clocks.csv").read_text(encoding="utf-8")
    told = {ClockId(row["id"]): row["told"].split() for row in csv.DictReader(raw.splitlines())}
    for clock in LIMITS:
        assert ("requester" in told[clock]) <= (clock in REQUESTERS_TOO | EVERYBODYS), clock
        assert ("other_party" in told[clock]) <= (clock in EVERYBODYS), clock


@pytest.mark.parametrize("rung", Rung)
def test_whoever_takes_a_missed_duty_up_has_a_name_people_know(rung: Rung) -> None:
    assert "上一级督促。" not in render(About.DEFAULT_CLIMBED, Particulars(rung=rung), Language.ZH).text
    assert rung.value not in render(About.DEFAULT_CLIMBED, Particulars(rung=rung), Language.ZH).text


async def in_hand(desk: Desk) -> RequestId:
    """A request whose mediation is open, with an officer who has it."""
    request_id = await opened(desk)
    await say(desk, "routing", "decision", request_id, routed(request_id).model_copy(update={"owner": OFFICER}))
    await desk.settled()
    parties = (person("citizen_lin"), person("party_zhao"))
    await happened(desk, request_id, CaseOpenedV1, channel=Channel.PM, parties=parties, consent_due=DUE)
    return request_id


async def happened(desk: Desk, request_id: RequestId, fact: type[Contract], **details: Any) -> None:
    body = fact(**{"request_id": request_id, "case_id": CASE, "at": MONDAY_MORNING, **details})
    await say(desk, "mediation", "case", request_id, body)
    await desk.settled()


async def told(desk: Desk, request_id: RequestId, side: str) -> list[str]:
    return [each["about"] for each in await messages(desk, request_id, "duty_officer") if each["side"] == side]


async def test_the_officer_is_told_of_every_limit_and_the_sides_of_theirs(desk: Desk) -> None:
    request_id = await in_hand(desk)
    await happened(desk, request_id, LimitWarnedV1, clock=ClockId("CL-022"), due=DUE)
    assert await told(desk, request_id, "officer") == ["limit_warned"]
    assert "limit_warned" not in abouts(await messages(desk, request_id, "citizen_lin"))
    await happened(desk, request_id, LimitWarnedV1, clock=ClockId("CL-029"), due=DUE)
    await happened(desk, request_id, LimitBreachedV1, clock=ClockId("CL-029"), due=DUE)
    assert await told(desk, request_id, "officer") == ["limit_warned", "limit_warned", "limit_breached"]
    for login in ("citizen_lin", "party_zhao"):
        last = (await messages(desk, request_id, login))[-1]
        assert last["about"] == "limit_warned"
        assert "人民调解期限快要到了" in last["text"]
        assert "3月7日（周六）09:00" in last["text"]


async def test_a_new_lead_asks_anew_or_tells_that_the_consent_goes_on(desk: Desk) -> None:
    request_id = await in_hand(desk)
    lead = {"before": Channel.PM, "reason": ReasonCode.COMPLEX, "worth": Effect.BINDING_CONTRACT}
    asked = {"channel": Channel.JM, "rule": RuleId("R-61"), "consent_from": (person("citizen_lin"),)}
    await happened(desk, request_id, ChannelHandedOverV1, **lead, **asked)
    assert abouts(await messages(desk, request_id, "party_zhao"))[-1] == "consent_asked"
    assert await told(desk, request_id, "officer") == ["handed_over"]
    await happened(
        desk, request_id, ChannelHandedOverV1, **lead, channel=Channel.IM, rule=RuleId("R-60"), consent_from=()
    )
    last = (await messages(desk, request_id, "party_zhao"))[-1]
    assert last["about"] == "handed_over"
    assert "行业调解继续办" in last["text"]


async def test_a_broken_agreement_and_the_court_are_told_to_both_sides_and_the_officer(desk: Desk) -> None:
    request_id = await in_hand(desk)
    ids = {"agreement_id": UUID(int=7)}
    climbed = {"duty_id": UUID(int=8), "ladder": Ladder.PLACE, "rung": "village", "next_at": None}
    await happened(desk, request_id, DefaultClimbedV1, **climbed)
    await happened(desk, request_id, PenaltyProcedureDueV1, due=DUE)
    await happened(desk, request_id, ConfirmationWarnedV1, **ids, due=DUE)
    await happened(desk, request_id, ConfirmationDecidedV1, **ids, confirmed=True, effect=Effect.ENFORCEABLE)
    news = ["default_climbed", "penalty_due", "confirmation_warned", "confirmation_decided"]
    assert await told(desk, request_id, "officer") == news
    for login in ("citizen_lin", "party_zhao"):
        found = (await messages(desk, request_id, login))[-4:]
        assert abouts(found) == news
        assert "村（居）调解委员会" in found[0]["text"]
        assert "强制执行" in found[-1]["text"]


@pytest.mark.parametrize(("applicant", "other"), [("citizen_lin", "party_zhao"), ("party_zhao", "citizen_lin")])
async def test_legal_aid_is_told_to_the_applicant_alone_r_25(desk: Desk, applicant: str, other: str) -> None:
    request_id = await in_hand(desk)
    aid = {"referral_id": UUID(int=9), "applicant": person(applicant)}
    await happened(desk, request_id, LegalAidAppliedV2, **aid, decision_due=DUE)
    await happened(desk, request_id, LegalAidDecidedV2, **aid, granted=True, assignment_due=DUE)
    assert abouts(await messages(desk, request_id, applicant))[-2:] == ["aid_asked", "aid_granted"]
    assert not {"aid_asked", "aid_granted"} & set(abouts(await messages(desk, request_id, other)))
    assert await told(desk, request_id, "officer") == []


async def test_other_services_learn_who_was_told_and_no_word_of_it(desk: Desk) -> None:
    request_id = await in_hand(desk)
    await happened(desk, request_id, LimitWarnedV1, clock=ClockId("CL-022"), due=DUE)
    row = await desk.store("notifications").pool.fetchrow(
        "SELECT type, convert_from(data, 'UTF8') AS data FROM feed JOIN events USING (event_id)"
        " WHERE key = $1 ORDER BY number DESC LIMIT 1",
        request_id,
    )
    assert row is not None
    assert row["type"] == "cn.lounge.notifications.progress_told.v1"
    assert orjson.loads(row["data"]) == {
        "request_id": str(request_id),
        "attempt": 1,
        "listener": "officer",
        "person": str(PersonId(OFFICER)),
        "news": "limit_warned",
        "at": "2026-03-02T01:00:00Z",
    }
