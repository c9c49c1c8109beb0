"""One way to break each invariant, as somebody with all rights on the tables could, or a bug."""

from collections.abc import Callable
from dataclasses import replace

from tests.faults.invariants import History

CANARY = "CANARY-7f3a9c"
NOBODY = "00000000-0000-4000-8000-000000000001"

ONE_LONG_STREAM = "(SELECT stream FROM {s}.events GROUP BY stream HAVING count(*) > 2 ORDER BY stream LIMIT 1)"
ONE_LANE = "(SELECT lane FROM {s}.lane_head WHERE head > 0 ORDER BY lane LIMIT 1)"
EVERYBODY_SAW_ONE_MORE = (
    "UPDATE {s}.lane_head SET head = head + 1 WHERE lane = " + ONE_LANE,
    *(
        f"UPDATE {reader}.positions SET number = number + 1 WHERE service = '{{s}}' AND lane = " + ONE_LANE
        for reader in ("intake", "vault", "routing", "mediation", "enterprise", "workorders", "notifications", "audit")
    ),
)
LAST_OF_ONE_LANE = "(lane, number) = (SELECT lane, head FROM {s}.lane_head WHERE lane = " + ONE_LANE + ")"

TOLD_TWICE_BY_INTAKE = (
    "(SELECT stream FROM notifications.events e JOIN intake.feed c ON c.event_id = e.causation"
    " GROUP BY stream HAVING count(DISTINCT c.number) > 1 ORDER BY stream LIMIT 1)"
)
MESSAGE_STREAM = (
    "(SELECT stream FROM {s}.events WHERE fact = 'message_posted' GROUP BY stream HAVING count(*) > 1"
    " ORDER BY count(*), stream LIMIT 1)"
)
"""The shortest: in a longer one a cause that comes again would come behind later ones."""

PLANTED: dict[str, tuple[str, tuple[str, ...]]] = {
    "nothing is invented": ("intake", ("DELETE FROM {s}.idempotency WHERE operation = 'intake.file_request'",)),
    "the answer given is the one kept": (
        "intake",
        (
            "UPDATE {s}.idempotency SET answer = convert_to(jsonb_set(convert_from(answer, 'UTF8')::jsonb,"
            f" '{{{{request_id}}}}', '\"{NOBODY}\"')::text, 'UTF8') WHERE operation = 'intake.file_request'",
        ),
    ),
    "an effect once for each cause": (
        "notifications",
        (
            "UPDATE {s}.events e SET (fact, body, salt, commitment, causation) = (SELECT fact, convert_to(jsonb_set("
            "convert_from(body, 'UTF8')::jsonb, '{{occurred_at}}', to_jsonb(now()))::text, 'UTF8'), salt, commitment,"
            " causation FROM {s}.events b WHERE b.stream = e.stream AND b.fact = 'message_posted' ORDER BY version"
            " LIMIT 1) WHERE (stream, version) = (SELECT stream, max(version) FROM {s}.events WHERE stream = "
            + MESSAGE_STREAM + " GROUP BY stream)",
        ),
    ),
    "effects in the order of their causes": (
        "notifications",
        (
            "CREATE TEMP TABLE causes ON COMMIT DROP AS SELECT c.event_id, row_number() OVER (ORDER BY c.number) AS"
            " place FROM intake.feed c WHERE event_id IN (SELECT causation FROM {s}.events WHERE stream = "
            + TOLD_TWICE_BY_INTAKE + ")",
            "UPDATE {s}.events e SET causation = other.event_id FROM causes mine JOIN causes other ON mine.place"
            " + other.place = (SELECT max(place) + 1 FROM causes) WHERE e.causation = mine.event_id",
        ),
    ),
    "no reader beyond what was written": (
        "notifications",
        (
            "UPDATE {s}.positions SET number = number + 1 WHERE (reader, service, lane) ="
            " (SELECT reader, service, lane FROM {s}.positions ORDER BY 1, 2, 3 LIMIT 1)",
        ),
    ),
    "no timer is overdue": (
        "routing",
        ("UPDATE {s}.timers SET due_at = '2026-01-01T00:00Z' WHERE stream = (SELECT min(stream) FROM {s}.timers)",),
    ),
    "told for each": (
        "notifications",
        (
            "UPDATE {s}.events SET causation = NULL WHERE fact = 'message_posted'"
            " AND convert_from(body, 'UTF8')::jsonb ->> 'about' = 'received' AND stream = " + MESSAGE_STREAM,
        ),
    ),
    "told where it went": (
        "notifications",
        (
            "UPDATE {s}.events SET causation = NULL WHERE fact = 'message_posted'"
            " AND convert_from(body, 'UTF8')::jsonb ->> 'about' = 'routed'",
        ),
    ),
    "every leaf its record": (
        "audit",
        (
            "WITH entry AS (SELECT entry FROM {s}.leaves ORDER BY index DESC LIMIT 1), size AS (UPDATE {s}.log_head"
            " SET size = size + 1 RETURNING size) INSERT INTO {s}.leaves (index, service, lane, number, record_id,"
            f" key, type, entry, leaf_hash) SELECT size - 1, 'audit', 0, 1, '{NOBODY}', '{NOBODY}', 'planted', entry,"
            " sha256('\\x00'::bytea || entry) FROM entry, size",
        ),
    ),
    "leaves say what was recorded": (
        "intake",
        ("UPDATE {s}.events SET outcome = 'planted' WHERE stream = (SELECT min(stream) FROM {s}.events)",),
    ),
    "leaves fit their hashes": ("audit", ("UPDATE {s}.leaves SET entry = entry || ' ' WHERE index = 1",)),
    "commitments open": (
        "vault",
        ("UPDATE {s}.events SET salt = '\\x01'::bytea || salt WHERE stream = (SELECT min(stream) FROM {s}.events)",),
    ),
    "roots follow from the leaves": (
        "audit",
        ("UPDATE {s}.checkpoints SET root = sha256(root) WHERE size = (SELECT max(size) FROM {s}.checkpoints)",),
    ),
    "every leaf is covered": (
        "audit",
        ("DELETE FROM {s}.checkpoints WHERE size = (SELECT max(size) FROM {s}.checkpoints)",),
    ),
    "typed words stay in the vault": (
        "workorders",
        (
            f"CREATE TABLE {{s}}.planted AS SELECT convert_to('he said: {CANARY}!', 'UTF8') AS words",
        ),
    ),
    "filed once": (
        "intake",
        (
            "UPDATE {s}.events SET fact = 'request_filed' WHERE version = 2 AND stream = (SELECT stream FROM {s}.events"
            " WHERE fact = 'request_filed' AND key IN (SELECT key FROM {s}.events WHERE version = 2) LIMIT 1)",
        ),
    ),
    "versions are dense": (
        "vault",
        ("UPDATE {s}.events SET version = version + 1000 WHERE stream = (SELECT min(stream) FROM {s}.events)",),
    ),
    "every event is numbered once": (
        "routing",
        (
            "INSERT INTO {s}.events SELECT (jsonb_populate_record(e, jsonb_build_object('version', e.version + 1,"
            f" 'causation', null, 'event_id', '{NOBODY}'))).* FROM {{s}}.events e WHERE stream = "
            + ONE_LONG_STREAM + " ORDER BY version DESC LIMIT 1",
        ),
    ),
    "every number has its event": (
        "routing",
        ("DELETE FROM {s}.events WHERE (stream, version) = (SELECT stream, max(version) FROM {s}.events"
         " WHERE stream = " + ONE_LONG_STREAM + " GROUP BY stream)",),
    ),
    "the outbox is empty": (
        "intake",
        (f"INSERT INTO {{s}}.outbox (lane, event_id, type) VALUES (0, '{NOBODY}', 'planted')",),
    ),
    "numbers are dense": (
        "intake",
        (
            "UPDATE audit.leaves SET number = number + 1 WHERE service = '{s}' AND " + LAST_OF_ONE_LANE,
            "UPDATE {s}.feed SET number = number + 1 WHERE " + LAST_OF_ONE_LANE,
            *EVERYBODY_SAW_ONE_MORE,
        ),
    ),
    "heads are true": ("intake", EVERYBODY_SAW_ONE_MORE),
    "a stream's numbers follow its versions": (
        "routing",
        (
            "CREATE TEMP TABLE swapped ON COMMIT DROP AS SELECT event_id, 3 - version AS version FROM {s}.events"
            " WHERE version < 3 AND stream = " + ONE_LONG_STREAM,
            "UPDATE {s}.events e SET version = -s.version FROM swapped s WHERE e.event_id = s.event_id",
            "UPDATE {s}.events e SET version = s.version FROM swapped s WHERE e.event_id = s.event_id",
        ),
    ),
    "nothing is parked": (
        "notifications",
        (
            "INSERT INTO {s}.parked (reader, service, lane, number, key, record, state, reason)"
            f" VALUES ('planted', 'intake', 0, 1, '{NOBODY}', '', 'waiting', 'planted')",
        ),
    ),
    "readers are at the head": (
        "notifications",
        (
            "UPDATE {s}.positions SET number = number - 1 WHERE (reader, service, lane) ="
            " (SELECT reader, service, lane FROM {s}.positions WHERE number > 0 ORDER BY 1, 2, 3 LIMIT 1)",
        ),
    ),
    "every record its leaf": (
        "intake",
        (
            f"UPDATE audit.leaves SET record_id = '{NOBODY}' WHERE index = (SELECT max(index) FROM audit.leaves"
            " WHERE service = '{s}')",
        ),
    ),
    "leaf indices are dense": (
        "audit",
        ("UPDATE {s}.leaves SET index = index + 1 WHERE index = (SELECT max(index) FROM {s}.leaves)",),
    ),
    "filed is triaged": (
        "routing",
        (
            f"UPDATE {{s}}.events SET key = '{NOBODY}' WHERE key = (SELECT key FROM intake.events"
            " WHERE fact = 'request_filed' LIMIT 1)",
        ),
    ),
    "triaged once": (
        "routing",
        ("UPDATE {s}.events SET fact = 'triage_begun' WHERE version = 2 AND stream = " + ONE_LONG_STREAM,),
    ),
}  # fmt: skip

BREAKS_ALSO: dict[str, tuple[str, ...]] = {
    "the answer given is the one kept": ("nothing is invented",),
    "an effect once for each cause": ("told for each", "leaves say what was recorded", "commitments open"),
    "effects in the order of their causes": ("told for each",),
    "every leaf its record": ("every leaf is covered",),
    "versions are dense": ("leaves say what was recorded",),
    "numbers are dense": ("leaves say what was recorded",),
    "a stream's numbers follow its versions": ("leaves say what was recorded",),
    "every record its leaf": ("every leaf its record",),
}
"""A log that repeats everything makes it hard to change one thing alone."""

TOLD_OTHERWISE: dict[str, Callable[[History], History]] = {
    "accepted is stored": lambda told: replace(told, accepted={**told.accepted, "one more": NOBODY}),
    "one key, one request": lambda told: replace(
        told, accepted={**told.accepted, "one more": next(iter(told.accepted.values()))}
    ),
}
"""What a client may have been answered that is not so."""
