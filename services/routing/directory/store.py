"""Where the directory is kept: one stream, folded once and then only by what is new."""

from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from services.routing.directory.commands import DirectoryCommand
from services.routing.directory.decider import directory_decider
from services.routing.directory.facts import DirectoryEvent
from services.routing.directory.resolving import Snapshot, snapshot
from services.routing.directory.state import Directory
from shared.eventstore import Codec, CommandHandler, EventStore, Newest
from shared.kernel import BUREAU_ZONE

CATEGORY = "routing.directory"
DIRECTORY_ID = uuid5(NAMESPACE_URL, "urn:lounge:directory")

DirectoryHandler = CommandHandler[DirectoryCommand, Directory, DirectoryEvent]

directory_codec: Codec[DirectoryEvent] = Codec(DirectoryEvent)


def directory_handler(store: EventStore) -> DirectoryHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=directory_decider, codec=directory_codec)


class DirectoryReader(Newest[Directory, DirectoryEvent]):
    """The newest directory, so that triage does not fold years of postings each time."""

    def __init__(self, store: EventStore) -> None:
        super().__init__(store, f"{CATEGORY}-{DIRECTORY_ID}", directory_decider, directory_codec)
        self._day: tuple[Directory, date, Snapshot] | None = None

    async def on(self, instant: datetime) -> Snapshot:
        """The same object as long as neither the directory nor the day is another."""
        directory, day = await self.newest(), instant.astimezone(BUREAU_ZONE).date()
        if self._day is None or self._day[0] is not directory or self._day[1] != day:
            self._day = (directory, day, snapshot(directory, day))
        return self._day[2]
