"""What the pages of the doors, of batches and of the catalogue are given."""

from datetime import datetime

from services.portal.pages.contexts.citizen import DangerHelp
from services.portal.pages.contexts.frame import Act, Choice, TimelineItem, Tone
from shared.kernel import value


@value
class DoorLink:
    url: str
    name: str
    hint: str


@value
class DoorsView:
    """register/doors.html"""

    doors: tuple[DoorLink, ...]
    batches_url: str = ""


@value
class TakenInView:
    """register/done.html"""

    code: str
    pin: str
    """Empty at doors that hand none out."""
    door: str
    consent_open: bool
    repeated: bool
    danger: DangerHelp | None
    url: str
    again_url: str


@value
class RegisteredView:
    """register/one.html"""

    code: str
    door: str
    state: str
    next_step: str
    wanted: str
    tone: Tone
    acts: tuple[Act, ...]
    timeline: tuple[TimelineItem, ...]


@value
class RowWrong:
    row: int
    column: str
    words: str


@value
class BatchTile:
    url: str
    door: str
    opened_at: datetime
    counts: str
    finished: bool


@value
class BatchesView:
    """batches/list.html"""

    doors: tuple[Choice, ...]
    systems: tuple[Choice, ...]
    table: str
    """The rows as they were read, to be mended in place."""
    good: int | None
    """None: no table was looked at yet."""
    wrong: tuple[RowWrong, ...]
    batches: tuple[BatchTile, ...]


@value
class BatchView:
    """batches/one.html"""

    door: str
    opened_at: datetime
    rows: int
    filed: int
    known: int
    refused: int
    waiting: int
    wrong: tuple[RowWrong, ...]
    slips_url: str
    errors_url: str


@value
class Slip:
    row: int
    code: str
    pin: str


@value
class SlipsView:
    """batches/slips.html"""

    slips: tuple[Slip, ...]
    back_url: str


@value
class CatalogueLine:
    url: str
    title: str
    term: str


@value
class CatalogueView:
    """catalogue/list.html"""

    asked: str
    items: tuple[CatalogueLine, ...]


@value
class ItemView:
    """catalogue/one.html"""

    title: str
    who: str
    materials: tuple[str, ...]
    term: str
    fee: str
    proxy: str
    window: str
    address: str
    hours: str
    source: str
    checked: str
