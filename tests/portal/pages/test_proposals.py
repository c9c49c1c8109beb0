"""One key for each correction: no two choices share one, and a number never repeats what stands already."""

from hypothesis import given
from hypothesis import strategies as st

from services.portal.pages.proposals import FLAG_KEYS, KEYS, MOST, key_choices, proposals_of, read_proposal
from services.portal.pages.request_pane import Decision, Guess
from services.portal.pages.words import zh_names
from tests.portal.pages.test_screening import FIRST, NOW


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


def test_r_22_no_single_key_takes_the_urgency_from_danger() -> None:
    calm = _decision("EMG", "P1", "DSP", None)
    alarmed = calm.model_copy(update={"danger": ("suicide",)})
    assert any("priority" in each.code for each in proposals_of(calm))
    assert not any("priority" in each.code for each in proposals_of(alarmed))


def test_what_no_page_offers_changes_nothing() -> None:
    assert read_proposal("category=XXX,unit=A,=,priority") == {}
