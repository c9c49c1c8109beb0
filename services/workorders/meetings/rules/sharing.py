"""What two units may tell each other from now on. R-37: persons only on a named ground. R-44: departments only."""

from collections.abc import Mapping
from enum import StrEnum

from shared.kernel import ItemCode, Rejection, RuleId, UnitCode


class About(StrEnum):
    FIRM = "firm"
    PERSON = "person"
    NEVER = "never"
    """Leaves the bureau on no ground: numbers, addresses, biometrics."""


FIELDS: Mapping[ItemCode, About] = {
    ItemCode("firm_name"): About.FIRM,
    ItemCode("credit_code"): About.FIRM,
    ItemCode("violation_kind"): About.FIRM,
    ItemCode("violation_count"): About.FIRM,
    ItemCode("period"): About.FIRM,
    ItemCode("road_section"): About.FIRM,
    ItemCode("measure_taken"): About.FIRM,
    ItemCode("person_pseudonym"): About.PERSON,
    ItemCode("plate_number"): About.PERSON,
    ItemCode("training_state"): About.PERSON,
    ItemCode("person_name"): About.PERSON,
    ItemCode("id_number"): About.NEVER,
    ItemCode("phone"): About.NEVER,
    ItemCode("home_address"): About.NEVER,
    ItemCode("face"): About.NEVER,
    ItemCode("whereabouts"): About.NEVER,
}
"""A proposal: the catalogue of what such links were told of, by whom a field tells."""


class FieldNotListed(Rejection):
    """`field` is not in the catalogue of what may be shared."""

    rule = RuleId("R-44")


class FieldNeverShared(Rejection):
    """`field` goes to no partner, whatever the ground."""

    rule = RuleId("R-37")


class PersonalDataWithoutGround(Rejection):
    """`fields` tell of persons, and nobody named the duty or the consent that allows it."""

    rule = RuleId("R-37")


class PartnerNotAtTheTable(Rejection):
    """R-44: a link joins departments that agreed to it here; a firm is no sharing partner."""

    rule = RuleId("R-44")


def require_partner(partner: UnitCode, at_the_table: frozenset[UnitCode], own: UnitCode) -> None:
    """R-44: departments only, and only those that were there."""
    if partner == own or partner not in at_the_table:
        raise PartnerNotAtTheTable(unit=partner)


def require_lawful_fields(fields: tuple[ItemCode, ...], ground: RuleId | None) -> None:
    """R-37, R-44: what is listed, and of persons only what a named ground covers."""
    for each in fields:
        if each not in FIELDS:
            raise FieldNotListed(field=each)
        if FIELDS[each] is About.NEVER:
            raise FieldNeverShared(field=each)
    if ground is None and (personal := tuple(each for each in fields if FIELDS[each] is About.PERSON)):
        raise PersonalDataWithoutGround(fields=personal)
