"""People, an offer and two playbooks. The second exists in no file of the product: the engine must not need it to."""

from datetime import UTC, datetime
from uuid import UUID

from services.workorders.orders.rules.facts import Offer, OrderOffered, OrderSigned
from services.workorders.orders.rules.hands import Doer
from services.workorders.orders.rules.playbook import Does, End, Limit, Playbook, Step
from shared.contracts.codes import Category, Channel, Outcome, OutcomeDetail, Priority, Role, State
from shared.kernel import Digest, ItemCode, PackVersion, PersonId, RequestId, TextRef, UnitCode

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SIGNED_AT = datetime(2026, 3, 2, 1, 10, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 9, 15, 59, tzinfo=UTC)

ORDER = UUID(int=0x900)
REQUEST = RequestId(UUID(int=0x100))
STATION = UnitCode("STATION-1")
OTHER_STATION = UnitCode("STATION-2")

OFFICER = Doer(PersonId(UUID(int=0xA1)), Role.COMMUNITY_OFFICER, STATION)
COLLEAGUE = Doer(PersonId(UUID(int=0xA2)), Role.PERMIT_OFFICER, STATION)
AUXILIARY = Doer(PersonId(UUID(int=0xA3)), Role.AUXILIARY, STATION)
STRANGER = Doer(PersonId(UUID(int=0xA4)), Role.COMMUNITY_OFFICER, OTHER_STATION)
FORMER = Doer(PersonId(UUID(int=0xA5)), Role.COMMUNITY_OFFICER, STATION)
REQUESTER = Doer(PersonId(UUID(int=0xB1)), Role.COMMUNITY_OFFICER, STATION)
OTHER_PARTY = Doer(PersonId(UUID(int=0xB2)), Role.COMMUNITY_OFFICER, STATION)

NARRATIVE = TextRef(UUID(int=0xC1), Digest("a" * 64))
NOTE = TextRef(UUID(int=0xC2), Digest("b" * 64))
ANSWER = TextRef(UUID(int=0xC3), Digest("c" * 64))
BETTER_ANSWER = TextRef(UUID(int=0xC4), Digest("d" * 64))

RESPONSE_STEP = ItemCode("first_response")
ANSWER_STEP = ItemCode("answer")
DISPATCHED = ItemCode("dispatched")
ON_SCENE = ItemCode("on_scene")
CONTROLLED = ItemCode("controlled")

ANSWER_PLAYBOOK = Playbook(
    code=ItemCode("answer"),
    version=PackVersion("answer-test"),
    signers=(Role.COMMUNITY_OFFICER, Role.PERMIT_OFFICER),
    sign_limits=(Limit(Priority.P1, 15),),
    steps=(
        Step(RESPONSE_STEP, Does.RESPOND, helpers=(Role.AUXILIARY,), limits=(Limit(Priority.P1, 30),)),
        Step(ANSWER_STEP, Does.ANSWER),
    ),
    ends=(
        End(Outcome.DONE, (ANSWER_STEP,), (OutcomeDetail.ANSWERED_ONLY,)),
        End(Outcome.FAILED),
        End(Outcome.REFUSED),
        End(Outcome.HANDED_OVER),
    ),
)

DISPATCH_PLAYBOOK = Playbook(
    code=ItemCode("dispatch"),
    version=PackVersion("dispatch-test"),
    signers=(Role.COMMUNITY_OFFICER,),
    sign_limits=(Limit(Priority.P0, 1),),
    steps=(
        Step(DISPATCHED, Does.RESPOND, limits=(Limit(Priority.P0, 3),), reaches=State.DISPATCHED),
        Step(ON_SCENE, Does.WORK, (DISPATCHED,), (Role.AUXILIARY,), (Limit(Priority.P0, 5),), State.ON_SCENE),
        Step(CONTROLLED, Does.WORK, (ON_SCENE,), reaches=State.CONTROLLED),
        Step(ANSWER_STEP, Does.ANSWER, (CONTROLLED,)),
    ),
    ends=(
        End(Outcome.DONE, (CONTROLLED, ANSWER_STEP), (OutcomeDetail.PERSON_FOUND,)),
        End(Outcome.FAILED, (ON_SCENE,)),
    ),
)


def offer(
    *,
    playbook: Playbook = ANSWER_PLAYBOOK,
    category: Category = Category.SVC,
    priority: Priority = Priority.P1,
    channel: Channel = Channel.WIN,
    owner: PersonId | None = OFFICER.person,
) -> Offer:
    return Offer(
        order_id=ORDER,
        request_id=REQUEST,
        attempt=1,
        category=category,
        priority=priority,
        channel=channel,
        unit=STATION,
        owner=owner,
        requester=REQUESTER.person,
        other_party=OTHER_PARTY.person,
        excluded=(FORMER.person,),
        narrative=NARRATIVE,
        playbook=playbook,
        answer_due=DUE,
    )


def offered(made: Offer) -> OrderOffered:
    return OrderOffered(offer=made, occurred_at=AT)


def signed(by: Doer = OFFICER) -> OrderSigned:
    return OrderSigned(
        order_id=ORDER, request_id=REQUEST, attempt=1, unit=STATION, owner=by.person, occurred_at=SIGNED_AT
    )
