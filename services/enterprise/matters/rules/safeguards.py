"""What stands before coordination: is it a crime, did the firm agree, is the project lawful, what police never do."""

from collections.abc import Callable

from services.enterprise.matters.facts import Kind, Legality, Measure
from services.enterprise.matters.state import Signed
from shared.contracts.codes import Channel, Flag, Gate
from shared.kernel import Rejection, RuleId, value

NOT_A_CRIME = RuleId("NOT_A_CRIME")
CRIME = RuleId("CRIME")
CRIME_REVIEW = RuleId("R-27")

PERSUASION = frozenset({Measure.TALK, Measure.JOINT_TALK, Measure.LAW_EXPLAINED})
MEDIATION = frozenset({Channel.PM, Channel.IM, Channel.JM})


class CrimeQuestionOpen(Rejection):
    """No investigator has said yet that it is not a crime."""

    rule = "R-28"


class CrimeIsNotCoordinated(Rejection):
    """It is a crime: it belongs to casework."""

    rule = "R-28"


class WrittenConsentMissing(Rejection):
    """The firm has not agreed in writing."""

    rule = "R-28"


class PoliceCollectNoDebts(Rejection):
    rule = "R-28"


class NothingFrozenBeforeFiling(Rejection):
    rule = "R-27"


class PenaltyIsNoMeans(Rejection):
    """Neither force nor the threat of a penalty makes anybody agree."""

    rule = "R-28"


class LegalityUnchecked(Rejection):
    """S39: a project's lawfulness is checked on site before anybody is persuaded."""


class ProjectUnlawful(Rejection):
    """S39: nobody is persuaded to bear works that have no permit."""


class MediatedByOthers(Rejection):
    """R-01: police mediation needs a violation; a firm's matter goes to people's, industry or court mediation."""

    rule = "R-01"


FORBIDDEN: dict[Measure, type[Rejection]] = {
    Measure.DEBT_COLLECTION: PoliceCollectNoDebts,
    Measure.ASSET_FREEZE: NothingFrozenBeforeFiling,
    Measure.COERCION: NothingFrozenBeforeFiling,
    Measure.PENALTY_THREAT: PenaltyIsNoMeans,
}


def is_economic(kind: Kind, flags: tuple[Flag, ...]) -> bool:
    """R-27: economic matters, and whatever may be a crime, are first looked at by an investigator."""
    return kind is Kind.CONTRACT_DISPUTE or Flag.CRIME_POSSIBLE in flags


def require_not_a_crime(matter: Signed) -> None:
    """R-28: unknown counts as open; a gate that somebody closed counts whatever the matter is called."""
    result = matter.gates.get(Gate.CRIME_OR_CIVIL)
    if result == CRIME:
        raise CrimeIsNotCoordinated
    asked = result is not None or is_economic(matter.kind, matter.offer.flags)
    if asked and result != NOT_A_CRIME:
        raise CrimeQuestionOpen(due=matter.gate_due)


def require_written_consent(matter: Signed) -> None:
    """R-28: in a firm's economic dispute police act with its written consent only."""
    if is_economic(matter.kind, matter.offer.flags) and matter.consent is None:
        raise WrittenConsentMissing


def require_lawful_project(matter: Signed) -> None:
    """S39: whoever is obstructed has to show first that he may build."""
    if matter.kind is not Kind.OBSTRUCTION and not matter.has(Flag.PROJECT):
        return
    if matter.legality is None:
        raise LegalityUnchecked
    if matter.legality is Legality.UNLAWFUL:
        raise ProjectUnlawful


def require_lawful_measures(measures: tuple[Measure, ...]) -> None:
    """R-27, R-28: no debts collected, nothing frozen or forced before a filing, no penalty as a threat."""
    for measure in measures:
        if measure in FORBIDDEN:
            raise FORBIDDEN[measure](measure=measure)


def require_mediation_channel(channel: Channel) -> None:
    """R-01: not police mediation."""
    if channel not in MEDIATION:
        raise MediatedByOthers(channel=channel)


@value
class Safeguards:
    """The guards by name, so that a test can take one away and see that it is missed."""

    not_a_crime: Callable[[Signed], None] = require_not_a_crime
    written_consent: Callable[[Signed], None] = require_written_consent
    lawful_project: Callable[[Signed], None] = require_lawful_project
    lawful_measures: Callable[[tuple[Measure, ...]], None] = require_lawful_measures


GUARDED = Safeguards()
