"""Who and what may come up in a case of any channel, as strategies."""

from hypothesis import strategies as st

from services.mediation.cases.commands import CaseCommand, GiveNotice, NoteGate
from services.mediation.channels.commands import PanelSeen
from shared.contracts.codes import Channel, Gate, Panel, SessionKind
from shared.kernel import RuleId
from tests.mediation.cases.samples import (
    ALL_WAYS,
    AUXILIARY,
    BOTH_CONSENT,
    COWSHED_OWNER,
    INVESTIGATOR,
    MEDIATOR,
    MONDAY,
    OFFICER,
    OFFICER_FROM_ELSEWHERE,
    UNREGISTERED,
    VIOLATION,
    WORKSHOP_OWNER,
    person,
    signs,
)
from tests.mediation.channels.samples import (
    INDUSTRY,
    INDUSTRY_UNKNOWN,
    INDUSTRY_UNLISTED,
    INVITED,
    JUDGE,
    STRANGER_TO_COURT,
    names_trade,
)

NO_CRIME = NoteGate(gate=Gate.CRIME_OR_CIVIL, result=RuleId("NOT_A_CRIME"), at=MONDAY)
READY: tuple[CaseCommand, ...] = (signs(), VIOLATION, GiveNotice(ways=ALL_WAYS, at=MONDAY), names_trade())
PREPARED = st.sampled_from(
    [(), READY, (*READY, *BOTH_CONSENT), (*READY, *BOTH_CONSENT), (NO_CRIME, *READY, *BOTH_CONSENT)]
)
LEADS = st.sampled_from((Channel.PSM, Channel.PM, Channel.IM, Channel.JM))
PARTIES = st.sampled_from([WORKSHOP_OWNER, COWSHED_OWNER])
KINDS = st.sampled_from([SessionKind.JOINT, SessionKind.JOINT, SessionKind.REMOTE])
OFFICIALS = st.sampled_from(
    [
        MEDIATOR,
        UNREGISTERED,
        OFFICER,
        OFFICER_FROM_ELSEWHERE,
        INVESTIGATOR,
        AUXILIARY,
        INDUSTRY,
        INDUSTRY_UNLISTED,
        INDUSTRY_UNKNOWN,
        JUDGE,
        INVITED,
        STRANGER_TO_COURT,
    ]
)
PANELS = st.sampled_from(
    [None, None, PanelSeen(Panel.THREE_OFFICES, 1, (person(40),)), PanelSeen(Panel.CENTRE, 0, (person(41),))]
)
RESULTS_OF_GATES = st.sampled_from(
    [
        (Gate.CRIME_OR_CIVIL, "UNDECIDED"),
        (Gate.CRIME_OR_CIVIL, "NOT_A_CRIME"),
        (Gate.CRIME_OR_CIVIL, "CRIME"),
        (Gate.DV_GATE, "BLOCKED"),
        (Gate.DV_GATE, "NOT_DV"),
        (Gate.MEDIABLE, "YES"),
    ]
)
