"""One key for each correction: no two choices share one, and a number never repeats what stands already."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from services.portal.pages.proposals import FIELDS, FLAG_KEYS, KEYS, MOST, key_choices, proposals_of, read_proposal
from services.portal.pages.request_pane import Decision, Guess
from services.portal.pages.words import zh_names
from services.routing.decisions.commands import Overrule
from services.routing.decisions.facts import RequestRouted
from services.routing.decisions.rules.ruling import PATROL
from services.routing.decisions.state import Matter
from shared.contracts.codes import Category, Channel, Police, Priority
from shared.contracts.danger import DangerKind
from tests.portal.pages.test_screening import FIRST, NOW
from tests.routing.decisions.desk import desk, filed, matter, overruled, the


def _decision(category: str, priority: str, channel: str, second: str | None) -> Decision:
    guess = Guess(field="category", label=category, confidence=600, second=second, second_confidence=210)
    return Decision(
        request_id=FIRST,
        state="waiting_for_person",
        category=category,
        priority=priority,
        channel=channel,
        police="lead",
        guesses=(guess,),
        filed_at=NOW,
    )


CODES: dict[str, type[Category] | type[Channel] | type[Priority] | type[Police]] = {
    "category": Category,
    "channel": Channel,
    "priority": Priority,
    "police": Police,
}
SECOND_CHOICES = st.sampled_from(sorted(FIELDS)).flatmap(
    lambda field: st.builds(
        Guess,
        field=st.just(field),
        label=st.just(""),
        confidence=st.just(600),
        second=st.sampled_from([code.value for code in CODES[field]]),
        second_confidence=st.just(210),
    )
)


def _pressed(code: str) -> Overrule:
    wish = read_proposal(code)
    return replace(
        overruled(
            Category(wish["category"]) if "category" in wish else None,
            Channel(wish["channel"]) if "channel" in wish else None,
            priority=Priority(wish["priority"]) if "priority" in wish else None,
        ),
        police=Police(wish["police"]) if "police" in wish else None,
    )


def test_every_class_channel_and_urgency_has_a_key_of_its_own() -> None:
    for kind, keys in KEYS.items():
        assert set(keys) == set(zh_names()[kind]), kind
    assert set(FLAG_KEYS) <= set(zh_names()["flags"])
    pressed = [key for keys in (*KEYS.values(), FLAG_KEYS) for key in keys.values()]
    assert len(pressed) == len(set(pressed))
    assert [each.present for each in key_choices("priorities", "P1")] == [False, True, False, False]


@given(
    st.sampled_from(sorted(KEYS["categories"])),
    st.sampled_from(sorted(KEYS["priorities"])),
    st.sampled_from(sorted(KEYS["channels"])),
    st.none() | st.sampled_from(sorted(KEYS["categories"])),
)
def test_numbers_offer_other_judgements_and_can_be_read_back(
    category: str, priority: str, channel: str, second: str | None
) -> None:
    decision = _decision(category, priority, channel, second)
    offered = proposals_of(decision)
    assert 0 < len(offered) <= MOST
    assert [each.key for each in offered] == [str(number) for number in range(1, len(offered) + 1)]
    for each in offered:
        changed = read_proposal(each.code)
        assert changed
        assert all(getattr(decision, field) != value for field, value in changed.items())
    if second and second != category:
        assert (offered[0].code, offered[0].sure) == (f"category={second}", "21%")


def test_r_22_only_danger_keeps_its_urgency_from_single_keys() -> None:
    calm = _decision("EMG", "P1", "DSP", None)
    assert any("priority" in each.code for each in proposals_of(calm))


@given(
    st.sampled_from(sorted(DangerKind)),
    st.lists(SECOND_CHOICES, max_size=4, unique_by=lambda guess: guess.field),
)
def test_r_22_no_single_key_takes_danger_from_those_who_go_at_once(danger: DangerKind, guesses: list[Guess]) -> None:
    alarmed = desk.after(filed(danger))
    ruling = matter(alarmed).ruling
    assert ruling is not None
    shown = _decision(ruling.category, ruling.priority, ruling.channel, None).model_copy(
        update={"danger": (danger,), "guesses": tuple(guesses), "police": ruling.police}
    )
    offered = proposals_of(shown)
    assert offered
    for each in offered:
        decided = alarmed.when(_pressed(each.code))
        routed = the(RequestRouted, decided)
        assert (routed.ruling.priority, routed.ruling.police) == (Priority.P0, Police.OWN), each.code
        assert routed.ruling.channel in PATROL | {Channel.CHILD}, each.code
        running = decided.state.clocks.keys() if isinstance(decided.state, Matter) else set()
        assert {"CL-008", "CL-012"} <= running, each.code


def test_what_no_page_offers_changes_nothing() -> None:
    assert read_proposal("category=XXX,unit=A,=,priority") == {}
