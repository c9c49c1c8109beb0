"""A firm's economic dispute: no mediation before its written consent (R-28)."""

from dataclasses import replace
from uuid import UUID

from services.mediation.cases.commands import NoteGate
from services.mediation.cases.refusals import CrimeNotRuledOut, MediatorIsParty, NotOneOfTheParties
from services.mediation.channels.commands import NoteFirmConsent, RecordFirmConsent
from services.mediation.channels.facts import FirmConsentNoted
from services.mediation.channels.refusals import FirmConsentMissing, NoFirmsDispute
from shared.contracts.codes import Category, Channel, Flag, Gate
from shared.kernel import PersonId, RuleId
from tests.mediation.cases.samples import (
    BOTH_CONSENT,
    BROTHER,
    COWSHED_OWNER,
    LAND_READY,
    MEDIATOR,
    MONDAY,
    NOTICE,
    OFFICER_ID,
    WORKSHOP_OWNER,
    names,
    offered,
    opens,
    signs,
    text,
)
from tests.mediation.channels.test_hosts import case

NO_CRIME = NoteGate(gate=Gate.CRIME_OR_CIVIL, result=RuleId("NOT_A_CRIME"), at=MONDAY)
MATTER = UUID(int=0x77)
NOTED = NoteFirmConsent(matter=MATTER, at=MONDAY)
ECONOMIC = offered(Channel.PM, Category.ENT, (Flag.CRIME_POSSIBLE,))


def in_writing(party: PersonId = WORKSHOP_OWNER, by: PersonId = OFFICER_ID) -> RecordFirmConsent:
    return RecordFirmConsent(party=party, paper=text(7), by=by, at=MONDAY)


signed = case.after(ECONOMIC, signs())
ready = signed.after(NO_CRIME, NOTICE, *BOTH_CONSENT, names(MEDIATOR))


def test_r_28_the_firm_consents_in_writing_before_the_first_session() -> None:
    assert ready.when(opens()).then_rejected(FirmConsentMissing).rule == "R-28"
    assert ready.after(in_writing()).when(opens()).rejection is None


def test_r_28_the_other_sides_paper_is_not_the_firms() -> None:
    ready.after(in_writing(COWSHED_OWNER)).when(opens()).then_rejected(FirmConsentMissing)


def test_r_28_nobody_hands_in_a_paper_before_the_gate() -> None:
    assert signed.when(in_writing()).then_rejected(CrimeNotRuledOut).rule == "R-28"


def test_r_28_a_plain_dispute_needs_no_paper() -> None:
    land = case.after(*LAND_READY)
    assert land.when(in_writing()).then_rejected(NoFirmsDispute).rule == "R-28"
    assert land.when(opens()).rejection is None
    plain_firm = case.after(offered(Channel.PM, Category.ENT), signs(), NOTICE, *BOTH_CONSENT, names(MEDIATOR))
    assert plain_firm.when(opens()).rejection is None


def test_the_workstations_paper_counts_whichever_record_comes_first() -> None:
    assert ready.after(NOTED).when(opens()).rejection is None
    ready.after(NOTED).when(NOTED).then_nothing()
    before = case.after(replace(ECONOMIC, firm_consent=MATTER))
    assert isinstance(before.past[1], FirmConsentNoted)
    assert before.past[1].matter == MATTER
    before.when(NOTED).then_nothing()


def test_a_party_writes_down_nobodys_paper() -> None:
    ready.when(in_writing(by=COWSHED_OWNER)).then_rejected(MediatorIsParty)
    ready.when(in_writing(BROTHER)).then_rejected(NotOneOfTheParties)
    ready.after(in_writing()).when(in_writing()).then_nothing()
