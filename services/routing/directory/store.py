"""Where the directory is kept: one stream, folded once and then only by what is new."""

from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from services.routing.directory.commands import DirectoryCommand
from services.routing.directory.decider import directory_decider
from services.routing.directory.facts import DirectoryEvent
from services.routing.directory.resolving import Snapshot, snapshot
from services.routing.directory.state import Directory
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.kernel import BUREAU_ZONE

CATEGORY = "routing.directory"
DIRECTORY_ID = uuid5(NAMESPACE_URL, "urn:lounge:directory")

NEW_EVENTS = "SELECT fact, body FROM events WHERE stream = $1 AND version > $2 ORDER BY version"

DirectoryHandler = CommandHandler[DirectoryCommand, Directory, DirectoryEvent]

directory_codec: Codec[DirectoryEvent] = Codec(DirectoryEvent)


def directory_handler(store: EventStore) -> DirectoryHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=directory_decider, codec=directory_codec)


class DirectoryReader:
    """The newest directory. What was folded is kept, so that triage does not fold years of postings each time."""

    def __init__(self, store: EventStore) -> None:
        self._pool = store.pool
        self._stream = f"{CATEGORY}-{DIRECTORY_ID}"
        self._folded: tuple[Directory, int] = (directory_decider.initial, 0)
        self._day: tuple[Directory, date, Snapshot] | None = None

    async def newest(self) -> Directory:
        directory, version = self._folded
        rows = await self._pool.fetch(NEW_EVENTS, self._stream, version)
        directory = directory_decider.fold(
            (directory_codec.decode(row["fact"], row["body"]) for row in rows), directory
        )
        self._folded = max(self._folded, (directory, version + len(rows)), key=lambda folded: folded[1])
        return directory

    async def on(self, instant: datetime) -> Snapshot:
        """The same object as long as neither the directory nor the day is another."""
        directory, day = await self.newest(), instant.astimezone(BUREAU_ZONE).date()
        if self._day is None or self._day[0] is not directory or self._day[1] != day:
            self._day = (directory, day, snapshot(directory, day))
        return self._day[2]
