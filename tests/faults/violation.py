"""A finding of the checker, and to which invariant of the desk it belongs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    invariant: str
    service: str
    what: str


INVARIANTS = {
    "INV1": "nothing accepted is lost",
    "INV2": "nothing is invented",
    "INV3": "one effect for each cause",
    "INV4": "order is kept",
    "INV5": "every record its leaf, the log verifies",
    "INV6": "everything is covered by a checkpoint",
    "INV7": "it goes on by itself: nothing is parked, readers stand at the head",
    "INV8": "views are what history makes of them",
    "INV9": "what was typed stays in the vault",
}

BELONGS_TO = {
    "accepted is stored": "INV1",
    "the answer given is the one kept": "INV1",
    "filed is triaged": "INV1",
    "told for each": "INV1",
    "told where it went": "INV1",
    "every event is numbered once": "INV1",
    "every number has its event": "INV2",
    "nothing is invented": "INV2",
    "every leaf its record": "INV2",
    "filed once": "INV3",
    "one key, one request": "INV3",
    "an effect once for each cause": "INV3",
    "triaged once": "INV3",
    "versions are dense": "INV4",
    "numbers are dense": "INV4",
    "heads are true": "INV4",
    "a stream's numbers follow its versions": "INV4",
    "effects in the order of their causes": "INV4",
    "every record its leaf": "INV5",
    "leaf indices are dense": "INV5",
    "leaves say what was recorded": "INV5",
    "leaves fit their hashes": "INV5",
    "commitments open": "INV5",
    "roots follow from the leaves": "INV5",
    "the log verifies offline": "INV5",
    "every leaf is covered": "INV6",
    "the outbox is empty": "INV7",
    "nothing is parked": "INV7",
    "readers are at the head": "INV7",
    "no reader beyond what was written": "INV7",
    "no timer is overdue": "INV7",
    "it settles": "INV7",
    "a failure is told as 503 with a time to come again": "INV7",
    "a lifecycle goes through": "INV7",
    "views equal their rebuild": "INV8",
    "typed words stay in the vault": "INV9",
}
