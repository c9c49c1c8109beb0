"""Models on a running desk: one beside the other, corrected by a slower one, explained, and learned from."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import HTTPException

from deploy.lounge.corrections import pages_of, token_of, write_private
from deploy.lounge.issuer import TRAINER, TRAINING_SCOPE, Issuer
from services.routing import main
from services.routing.examples import Row
from services.routing.models import decider
from services.routing.models.comparison import model_answers
from services.vault.main import build as build_vault
from shared.contracts.vault import ItemKind
from shared.kernel import SYSTEM, Context, PersonId, RequestId, new_id
from shared.messaging import rebuild
from shared.web import Text
from tests.routing.models.files import ANSWERS, bent, write
from tests.routing.neighbours import (
    HANDLERS,
    INTAKE,
    NOTIFICATIONS,
    RETAINING_WALL,
    decision,
    does,
    filed,
    filing,
    lists,
    vault_of,
)
from tests.support.house import Desk, house
from tests.support.postgres import Database

STRANGERS = {stranger.name: stranger.build for stranger in (INTAKE, *HANDLERS, NOTIFICATIONS)}


class OneThought:
    """An embedding model that has the same to say of everything."""

    async def vector(self, title: str, text: str) -> tuple[float, ...]:
        return (1.0,)

    async def stop(self) -> None:
        pass


def houses(database: Database, home: Path) -> Any:
    return house(database, home, {"vault": build_vault, "routing": main.build, **STRANGERS})


async def test_a_trial_runs_beside_the_model_until_a_second_person_promotes_it(
    bureau: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = write(tmp_path / "models" / "stranger.json", bent(ANSWERS | {"category": "COM", "channel": "XFER"}))
    unfit = write(tmp_path / "models" / "unfit.json", {"format": 99})
    listed = await lists(bureau, "triage_officer", "models")
    shipped = listed["serving"]
    assert {each["model"]: each["fits"] for each in listed["candidates"]} == {
        shipped: True,
        stranger: True,
        unfit: False,
    }
    assert (await does(bureau, "community_officer", f"models/{stranger}/trial"))[0] == 403
    assert (await does(bureau, "triage_officer", f"models/{unfit}/trial"))[1]["type"] == "no-such-model"
    assert (await does(bureau, "triage_officer", f"models/{stranger}/trial"))[1]["trial"] == stranger

    request_id = await filed(bureau, RETAINING_WALL)
    judged = await decision(bureau, request_id)
    assert (judged["category"], judged["model"]) == ("DIS", shipped)
    await does(bureau, "duty_officer", f"decisions/{request_id}/confirmation")
    await bureau.settled()

    trial = (await lists(bureau, "bureau_leader", "models"))["trial"]
    assert trial["figures"]["requests"] == trial["figures"]["by_people"] == 1
    assert (trial["figures"]["serving_right"], trial["figures"]["trial_right"]) == (1, 0)
    assert [(each["category"], each["trial_category"]) for each in trial["figures"]["moved"]] == [("DIS", "COM")]
    status, refused = await does(bureau, "bureau_leader", f"models/{stranger}/promotion")
    assert (status, refused["type"], refused["rule"]) == (409, "trial-too-short", "R-39")
    assert (await does(bureau, "bureau_leader", "models/rollback"))[1]["type"] == "no-former-model"

    monkeypatch.setattr(decider, "FEWEST_COMPARED", 1)
    assert (await does(bureau, "bureau_leader", f"models/{stranger}/promotion"))[1]["serving"] == stranger
    judged = await decision(bureau, await filed(bureau, RETAINING_WALL))
    assert (judged["category"], judged["model"]) == ("COM", stranger)
    assert (await does(bureau, "bureau_leader", "models/rollback"))[1]["serving"] is None
    listed = await lists(bureau, "bureau_leader", "models")
    assert listed["serving"] == shipped
    assert [(each["taken_back"], each["compared"]) for each in listed["changes"]] == [(True, None), (False, 1)]

    runtime = bureau.runtime("routing")
    again = await rebuild(
        model_answers, [runtime.deps.feeds["routing"]], runtime.deps.transport, runtime.deps.store, runtime.codecs
    )
    assert again.checksum_before == again.checksum_after
    gauges = {each.name: await each.read() for each in runtime.service.measures}["lounge_model_drift"]
    assert [value for value, _ in gauges] == [0.0, 0.0, 0.0]


async def test_a_doubt_is_settled_by_the_slower_model_and_both_readings_are_told(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsure = tmp_path / "unsure.json"
    version = write(unsure, bent(unsure=True, second=True))
    monkeypatch.setenv("LOUNGE_ROUTING_MODEL", str(unsure))
    monkeypatch.setenv("LOUNGE_ROUTING_SECOND_READING", "true")
    # On a machine with much else to do the vault takes longer than a desk would wait.
    monkeypatch.setenv("LOUNGE_ROUTING_READ_SECONDS", "30")
    monkeypatch.setattr(main, "embedder_at_hand", OneThought)
    async with houses(database, tmp_path) as desk:
        request_id = await filed(desk, RETAINING_WALL)
        judged = await decision(desk, request_id)
        assert (judged["state"], judged["category"], judged["channel"]) == ("routed", "DIS", "PM")
        twin = await filed(desk, RETAINING_WALL)
        await desk.settled()
        # Who was asked about has a sketch, also where the search for repeats ran out of time.
        assert (await lists(desk, "triage_officer", f"decisions/{request_id}/why"))["model"] == version
        told = await lists(desk, "triage_officer", f"decisions/{twin}/why")
        assert (told["model"], told["recomputed"]) == (version, True)
        assert (told["second"]["unsure"], told["second"]["category"]) == (False, "DIS")
        assert {each["field"] for each in told["margins"]} == set(ANSWERS)
        assert [each["request_id"] for each in told["nearest"]] == [str(request_id)]
        assert told["nearest"][0]["likeness"] > 900
        outsider = await desk.http.get(f"/routing/v1/decisions/{twin}/why", headers=await desk.as_("citizen_lin"))
        assert outsider.status_code == 403


async def test_what_was_corrected_is_learned_from_until_its_author_is_erased(bureau: Desk) -> None:
    known = await vault_of(bureau).identify(Context(actor=SYSTEM), {"phone": "13800001111"}, request_id=None)
    author = known.person
    kept, gone = (
        await filed(bureau, RETAINING_WALL),
        await filed_by(bureau, author, "对门 3-201 天天漏水，电话13800001111"),
    )
    child = await filed(bureau, RETAINING_WALL)
    for request_id in (kept, gone, child):
        await decision(bureau, request_id)
    await does(bureau, "duty_officer", f"decisions/{kept}/overrule", {"category": "URB"})
    await does(bureau, "duty_officer", f"decisions/{gone}/overrule", {"category": "COM"})
    await does(bureau, "duty_officer", f"decisions/{child}/overrule", {"flags": ["MINOR"], "channel": "PM"})
    await bureau.settled()

    rows, [page] = await exported(bureau)
    assert {row["id"]: row["category"] for row in rows} == {str(kept): "URB", str(gone): "COM"}
    assert not any(character in rows[1]["text"] for character in "0123456789")
    assert [Row.model_validate(row).category for row in rows] == [("URB",), ("COM",)]
    assert (page["erased"], page["withheld"]) == (0, 1)
    erased = await bureau.http.post(f"/vault/v1/persons/{author}/erasure", headers=await bureau.as_("dpo"))
    assert erased.status_code == 200, erased.text
    rows, [page] = await exported(bureau)
    assert [row["id"] for row in rows] == [str(kept)]
    assert page["erased"] == 1

    officer = await bureau.http.get("/routing/v1/training/corrections", headers=await bureau.as_("triage_officer"))
    assert officer.status_code == 403


async def filed_by(desk: Desk, author: PersonId, text: str) -> RequestId:
    """A request whose text belongs to its author's key."""
    request_id = RequestId(new_id())
    sealed = await desk.house.runtimes["intake"].deps.vault.seal(
        request_id,
        "k",
        {"narrative": Text(ItemKind.NARRATIVE, text)},
        request_id=request_id,
        owner=author,
        context=Context(actor=SYSTEM),
    )
    await INTAKE.says(desk, filing(request_id, sealed.refs["narrative"], None, (), author, desk))
    return request_id


async def exported(desk: Desk) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    token = await token_of(desk.http, "http://lounge.test/issuer/token", desk.house.home)
    pages = [page async for page in pages_of(desk.http, "http://lounge.test", token)]
    return [row for page in pages for row in page["rows"]], pages


def test_what_was_exported_is_for_its_owners_eyes_only(tmp_path: Path) -> None:
    write_private(tmp_path / "rows.jsonl", b"{}")
    assert (tmp_path / "rows.jsonl").stat().st_mode & 0o777 == 0o600


def test_the_client_for_training_can_ask_for_nothing_else() -> None:
    issuer = Issuer("http://issuer", b"0" * 32, {}, lambda client: "secret" if client == TRAINER else None)
    assert issuer.client_token(TRAINER, "secret", TRAINING_SCOPE)
    for scope in ("vault", "feed:intake", "ops"):
        with pytest.raises(HTTPException, match="invalid_scope"):
            issuer.client_token(TRAINER, "secret", scope)
