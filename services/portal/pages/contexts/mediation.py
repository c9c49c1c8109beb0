"""What the pages about the channels of a case, its panel, its file and its court are given."""

from datetime import datetime

from services.portal.pages.contexts.frame import Act, Choice, TimelineItem, Tone
from shared.kernel import value


@value
class Countdown:
    """A limit with its end; `note` stands in place of the time left."""

    name: str
    due: datetime | None
    note: str = ""
    rule: str = ""


@value
class NoticeLine:
    """What somebody was told: a limit that ends, a duty that is due."""

    title: str
    text: str
    at: datetime
    tone: Tone
    url: str = ""


@value
class Leg:
    """One channel's time in the lead."""

    name: str
    since: datetime
    why: str
    leads: bool = False


@value
class LeadChoice:
    """One channel as it may or may not take the case over."""

    code: str
    name: str
    law: str
    hosts: str
    bodies: tuple[str, ...]
    worth: str
    broken: str
    time: str
    asked: str
    ground: str
    why_not: str = ""
    leads: bool = False
    chosen: bool = False
    application: bool = False


@value
class HandOverView:
    """hand_over.html"""

    code: str
    back_url: str
    lead: str
    choices: tuple[LeadChoice, ...]
    reasons: tuple[Choice, ...]
    application: str = ""
    help_url: str = ""
    trade_url: str = ""

    @property
    def open(self) -> bool:
        return any(not each.why_not and not each.leads for each in self.choices)


@value
class SeatLine:
    name: str
    holder: str
    unit: str
    state: str
    tone: Tone
    interest: str = ""
    acts: tuple[Act, ...] = ()


@value
class PanelTemplate:
    code: str
    name: str
    seats: str
    quorum: int
    chosen: bool = False


@value
class PanelView:
    """panels/panel.html: the panel of a case, or the choice of one"""

    code: str
    back_url: str
    form_url: str
    name: str
    quorum: int
    taken: int
    lacking: int
    seats: tuple[SeatLine, ...]
    decided: tuple[TimelineItem, ...]
    templates: tuple[PanelTemplate, ...]
    next_act: Act | None
    acts: tuple[Act, ...]


@value
class ExportLine:
    url: str
    code: str
    asked_by: str
    asked_at: datetime | None
    standing: str
    purpose: str
    until: datetime | None = None


@value
class ExportsView:
    """exports/list.html: what waits for a second person"""

    items: tuple[ExportLine, ...]


@value
class ExportView:
    """exports/one.html"""

    code: str
    standing: str
    tone: Tone
    purpose: str
    asked_by: str
    until: datetime | None
    case_url: str
    again_url: str
    approve_url: str
    refuse_url: str
    pdf_url: str
    json_url: str


@value
class SuitLine:
    url: str
    number: str
    stage: str
    waiting: int
    docked_at: datetime
    due: datetime | None = None


@value
class SuitsView:
    """suits/list.html"""

    items: tuple[SuitLine, ...]
    pending: bool
    applications: tuple[SuitLine, ...] = ()
    """Agreements that both sides want confirmed."""


@value
class CourtReport:
    text: str
    at: datetime
    taken: bool
    take_url: str


@value
class CourtTime:
    """A suit that goes on at court after the talks: how it stands, its limit, and what the court may have ruled."""

    says: str
    clocks: tuple[Countdown, ...]
    acts: tuple[Act, ...]


@value
class SuitView:
    """suits/one.html"""

    number: str
    stage: str
    docked_at: datetime
    case_url: str
    reports: tuple[CourtReport, ...]
    acts: tuple[Act, ...]
    trial: CourtTime | None = None
    """None: nobody handles it yet, or it is not this reader's."""
