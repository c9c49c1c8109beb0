"""What leaves for an agency: nothing that its purpose does not name, whatever stands in the record."""

from typing import Final
from uuid import UUID

import orjson
import pytest

from services.notifications.subscriptions.projection import (
    Reach,
    delivery_id,
    project,
    taken_back,
    trial,
    withdrawal,
    written,
)
from services.notifications.subscriptions.purposes import Purpose
from services.notifications.subscriptions.rules.protection import Known
from shared.contracts.codes import Category, Channel, Door
from shared.contracts.published import PUBLISHED
from shared.kernel import ItemCode, UnitCode
from tests.notifications.subscriptions.facts_of_requests import (
    HANDLER,
    LIN,
    REQUEST,
    TEXT,
    Filler,
    offered,
    outcome,
    routed,
)
from tests.notifications.subscriptions.samples import FIRE, GRANT, NOW, PURPOSES, STATION, SUBSCRIPTION

KNOWN: Final = Known(door=Door.PORTAL, is_routed=True, category=Category.COM, channel=Channel.XDEP, place=STATION)
TIED: Final = frozenset({FIRE})
JOINT: Final = PURPOSES.purposes[ItemCode("joint_task")]
STUB: Final = PURPOSES.purposes[ItemCode("governance")]


def reach(
    *, agency: UnitCode = FIRE, types: frozenset[ItemCode] = frozenset(), places: frozenset[UnitCode] = frozenset()
) -> Reach:
    return Reach(SUBSCRIPTION, agency, GRANT, types, places)


def test_only_listed_fields_leave() -> None:
    told = project("outcome_reported", outcome(), KNOWN, TIED, reach(), JOINT)
    assert told is not None
    assert set(told.data) == {"request_id", "handling_id", "attempt", "outcome", "detail", "at"}
    body = written(reach(), 1, told, NOW, "130581")
    for never in (LIN, HANDLER, TEXT.item, TEXT.commitment):
        assert str(never).encode() not in body


def test_facts_that_no_purpose_lists_do_not_leave() -> None:
    for name in ("request_classified", "screening_asked", "request_filed", "requester_told"):
        assert project(name, routed(), KNOWN, TIED, reach(), JOINT) is None


def test_an_agency_hears_of_what_it_was_given_and_of_nothing_else() -> None:
    assert project("handling_offered", offered(), KNOWN, TIED, reach(), JOINT) is not None
    assert project("handling_offered", offered(), KNOWN, frozenset(), reach(), JOINT) is None
    assert project("handling_offered", offered(), KNOWN, TIED, reach(agency=UnitCode("BANK-1")), JOINT) is None


def test_what_is_said_to_one_agency_is_no_other_agencys_business() -> None:
    others = frozenset({UnitCode("EMERGENCY-1")})
    assert project("handling_offered", offered(), KNOWN, TIED | others, reach(), JOINT, others) is None
    assert project("handling_offered", offered(), KNOWN, TIED, reach(), JOINT, TIED) is not None


def test_a_governance_centre_hears_of_its_own_stations() -> None:
    assert project("request_routed", routed(), KNOWN, frozenset(), reach(places=frozenset({STATION})), STUB) is not None
    elsewhere = reach(places=frozenset({UnitCode("STATION-XX")}))
    assert project("request_routed", routed(), KNOWN, frozenset(), elsewhere, STUB) is None


def test_a_filter_makes_it_less() -> None:
    only = reach(types=frozenset({ItemCode("outcome_reported")}))
    assert project("handling_offered", offered(), KNOWN, TIED, only, JOINT) is None
    assert project("outcome_reported", outcome(), KNOWN, TIED, only, JOINT) is not None


@pytest.mark.parametrize("category", [Category.MIN, Category.CPL, Category.CRM, Category.FBK])
def test_r_34_r_24_r_45_of_closed_categories_nothing_leaves(category: Category) -> None:
    known = Known(door=Door.PORTAL, is_routed=True, category=category, channel=Channel.XDEP, place=STATION)
    for name, body in (("request_routed", routed()), ("handling_offered", offered()), ("outcome_reported", outcome())):
        assert project(name, body, known, TIED, reach(places=frozenset({STATION})), JOINT) is None


def test_what_is_not_known_does_not_leave() -> None:
    assert project("handling_offered", offered(), None, TIED, reach(), JOINT) is None
    assert project("handling_offered", offered(), Known(), TIED, reach(), JOINT) is None


def test_five_hundred_canaries_in_every_published_fact_and_none_leaves() -> None:
    filler, bodies, made = Filler(), [], 0
    for _ in range(4):
        for contracts in PUBLISHED.values():
            for contract in contracts:
                body = filler.body(contract)
                known = KNOWN if "request_id" in contract.model_fields else None
                for purpose in PURPOSES.purposes.values():
                    bodies += _delivered(contract.fact, body, known, purpose)
                made += 1
    assert len(filler.canaries) >= 500
    assert made > 200
    assert len(bodies) > 100
    everything = b"\n".join(bodies)
    assert [canary for canary in filler.canaries if canary.encode() in everything] == []


def _delivered(fact: str, body: object, known: Known | None, purpose: Purpose) -> list[bytes]:
    wide = reach(places=frozenset({STATION}))
    told = project(fact, body, known, TIED, wide, purpose)  # type: ignore[arg-type]
    return [written(wide, 1, told, NOW, "130581")] if told else []


def test_a_delivery_is_the_same_bytes_each_time_and_has_its_number() -> None:
    told = project("handling_offered", offered(), KNOWN, TIED, reach(), JOINT)
    assert told is not None
    body = written(reach(), 3, told, NOW, "130581")
    assert body == written(reach(), 3, told, NOW, "130581")
    event = orjson.loads(body)
    assert event["sequence"] == "3"
    assert event["id"] == str(delivery_id(SUBSCRIPTION, 3))
    assert event["type"] == "cn.lounge.partner.handling_offered.v1"
    assert event["purpose"] == "joint_task/1"
    assert event["ground"] == "duty"
    assert event["subject"] == str(REQUEST)


def test_what_was_taken_back_keeps_its_number_and_nothing_else() -> None:
    event = orjson.loads(taken_back(SUBSCRIPTION, 3, NOW, "130581"))
    assert event["sequence"] == "3"
    assert not {"subject", "data", "purpose"} & set(event)


def test_r_34_the_notice_names_the_numbers_to_drop_and_nothing_else() -> None:
    event = orjson.loads(withdrawal(SUBSCRIPTION, 5, [3, 4], NOW, "130581"))
    assert (event["type"], event["sequence"]) == ("cn.lounge.partner.delivery_withdrawn.v1", "5")
    assert event["data"] == {"numbers": [3, 4]}
    assert not {"subject", "purpose", "ground"} & set(event)


def test_a_trial_stands_outside_the_numbers() -> None:
    event = orjson.loads(trial(SUBSCRIPTION, NOW, "130581", UUID(int=7)))
    assert (event["sequence"], event["id"]) == ("0", str(UUID(int=7)))
