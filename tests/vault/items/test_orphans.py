"""What was sealed for a request that never came to be goes after a day; everything else stays."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from deploy.lounge.house import ServiceCredentials
from services.vault.adapters.crypto import FileKeyProvider
from services.vault.adapters.shelves import Shelves
from services.vault.items.orphans import READER, Orphans
from services.vault.items.safe import Safe
from services.vault.items.store import item_handler
from services.vault.items.views import SOURCES
from services.vault.main import build
from shared.contracts.codes import Door
from shared.contracts.intake import Kind, RequestFiledV1, SupplementedV1
from shared.contracts.vault import ItemKind
from shared.kernel import RequestId, TextRef, new_id
from shared.web import Text, Vault
from tests.support.house import MONDAY_MORNING, Desk, house
from tests.support.postgres import Database
from tests.support.strangers import Stranger
from tests.vault.conftest import acting

INTAKE = Stranger("intake")
TWO_DAYS_LATER = MONDAY_MORNING + timedelta(days=2)


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    strangers = {name: Stranger(name).build for name in SOURCES}
    async with house(database, tmp_path, {"vault": build, **strangers}) as desk:
        yield desk


def orphans(desk: Desk, home: Path, settle: timedelta = timedelta(0)) -> Orphans:
    store = desk.store("vault")
    keys = FileKeyProvider(home / "secrets" / "vault_wrapping_key")
    feeds = desk.runtime("vault").deps.feeds
    return Orphans(Safe(store, item_handler(store), Shelves(keys)), store, feeds, desk.clock, settle)


async def sealed(desk: Desk, request_id: RequestId | None, field: str = "narrative") -> TextRef:
    client = Vault(desk.house.http, ServiceCredentials(desk.house.issuer, "intake"))
    texts = {field: Text(ItemKind.NARRATIVE, "楼上漏水")}
    done = await client.seal(
        request_id or new_id(), "key", texts, request_id=request_id, owner=None, context=acting("requester")
    )
    return done.refs[field]


async def filed(desk: Desk, request_id: RequestId, narrative: TextRef) -> None:
    await INTAKE.says(
        desk,
        RequestFiledV1(
            request_id=request_id,
            door=Door.PORTAL,
            kind=Kind.DISPUTE,
            title=None,
            narrative=narrative,
            place=None,
            requester=None,
            other_party=None,
            other_party_known=False,
            danger=(),
            at=desk.clock.now(),
        ),
    )
    await desk.settled()


async def is_there(desk: Desk, item: UUID) -> bool:
    return bool(await desk.store("vault").pool.fetchval("SELECT true FROM contents WHERE item = $1", item))


async def test_a_refused_filing_leaves_nothing_after_a_day(desk: Desk, tmp_path: Path) -> None:
    never = await sealed(desk, RequestId(new_id()))
    await desk.move_to(TWO_DAYS_LATER)
    assert await orphans(desk, tmp_path).sweep() == 1
    assert not await is_there(desk, never.item)
    assert await orphans(desk, tmp_path).sweep() == 0


async def test_within_a_day_nothing_is_touched(desk: Desk, tmp_path: Path) -> None:
    ref = await sealed(desk, RequestId(new_id()))
    await desk.move_to(MONDAY_MORNING + timedelta(hours=23))
    assert await orphans(desk, tmp_path).sweep() == 0
    assert await is_there(desk, ref.item)


async def test_what_a_record_mentions_stays(desk: Desk, tmp_path: Path) -> None:
    request_id = RequestId(new_id())
    ref = await sealed(desk, request_id)
    await filed(desk, request_id, ref)
    await desk.move_to(TWO_DAYS_LATER)
    await orphans(desk, tmp_path).sweep()
    assert await is_there(desk, ref.item)


async def test_what_only_a_private_fact_of_a_known_request_mentions_stays(desk: Desk, tmp_path: Path) -> None:
    request_id = RequestId(new_id())
    await filed(desk, request_id, await sealed(desk, request_id))
    note = await sealed(desk, request_id, "note")
    await desk.move_to(TWO_DAYS_LATER)
    await orphans(desk, tmp_path).sweep()
    assert await is_there(desk, note.item)


async def test_a_text_outside_a_request_stays(desk: Desk, tmp_path: Path) -> None:
    ref = await sealed(desk, None)
    await desk.move_to(TWO_DAYS_LATER)
    await orphans(desk, tmp_path).sweep()
    assert await is_there(desk, ref.item)


async def test_nothing_is_destroyed_while_a_feed_is_not_read_to_its_head(desk: Desk, tmp_path: Path) -> None:
    ref = await sealed(desk, RequestId(new_id()))
    await desk.move_to(TWO_DAYS_LATER)
    pool = desk.store("vault").pool
    assert {each.reader for reader in desk.runtime("vault").readers for each in reader.standings} == {READER}
    await pool.execute("DELETE FROM positions WHERE service = 'routing'")
    await desk.store("routing").pool.execute("UPDATE lane_head SET head = 1 WHERE lane = 3")
    assert await orphans(desk, tmp_path).sweep() == 0
    assert await is_there(desk, ref.item)
    await desk.store("routing").pool.execute("UPDATE lane_head SET head = 0 WHERE lane = 3")


async def test_a_clock_that_was_set_forward_overtakes_no_command_under_way(desk: Desk, tmp_path: Path) -> None:
    ref = await sealed(desk, RequestId(new_id()))
    await desk.move_to(TWO_DAYS_LATER)
    assert await orphans(desk, tmp_path, settle=timedelta(minutes=1)).sweep() == 0
    assert await is_there(desk, ref.item)


async def test_a_later_text_of_a_request_is_mentioned_by_its_own_record(desk: Desk, tmp_path: Path) -> None:
    request_id = RequestId(new_id())
    ref = await sealed(desk, request_id, "more")
    await INTAKE.says(
        desk, SupplementedV1(request_id=request_id, text=ref, answers_request=False, danger=(), at=desk.clock.now())
    )
    await desk.settled()
    found = await desk.store("vault").pool.fetch("SELECT id FROM mentioned WHERE id = ANY($1)", [ref.item, request_id])
    assert len(found) == 2
