"""The shelf of playbooks: read once at the start, and refused as a whole when one line is wrong."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from services.workorders.adapters.yaml_nodes import Node, PlaybookInvalid, read_yaml
from services.workorders.orders.rules.playbook import Does, End, Limit, Playbook, Step
from shared.contracts.codes import Channel, Outcome, OutcomeDetail, Priority, Role, State
from shared.kernel import ItemCode, PackVersion, value

CODE = re.compile(r"[a-z][a-z_]{1,39}")
"""Short enough for a timer's name."""

REACHABLE = frozenset(
    {
        State.COLLECTING,
        State.APPROVING,
        State.ISSUED,
        State.DELIVERED,
        State.DISPATCHED,
        State.ON_SCENE,
        State.BROADCAST,
        State.RECALLED,
        State.CONTROLLED,
        State.CASEWORK_FILED,
    }
)
"""The states of codes.yaml that belong to `workorders.order`."""

DETAILS: Mapping[Outcome, frozenset[OutcomeDetail]] = {
    Outcome.DONE: frozenset(
        {
            OutcomeDetail.PERSON_FOUND,
            OutcomeDetail.TRANSFER_STOPPED,
            OutcomeDetail.DOCUMENT_DELIVERED,
            OutcomeDetail.CLUE_VALID,
            OutcomeDetail.CLUE_INVALID,
            OutcomeDetail.WARNED,
            OutcomeDetail.RECTIFIED,
            OutcomeDetail.ANSWERED_ONLY,
        }
    ),
    Outcome.FAILED: frozenset({OutcomeDetail.PARTY_REFUSED, OutcomeDetail.LAPSED}),
    Outcome.REFUSED: frozenset(),
    Outcome.HANDED_OVER: frozenset(),
}
"""What an order may end with. Settling is the business of mediation."""


@value
class Words:
    zh: str
    en: str


@value
class Sheet:
    """A playbook with what its file says beside it: when it counts, for which channels, and its words."""

    playbook: Playbook
    valid_from: date
    valid_until: date | None
    """The last day."""
    channels: frozenset[Channel]
    title: Words
    step_titles: Mapping[ItemCode, Words]

    def counts_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class Shelf:
    def __init__(self, sheets: tuple[Sheet, ...]) -> None:
        self.sheets = sheets

    def for_channel(self, channel: Channel, on: date) -> Playbook | None:
        for sheet in self.sheets:
            if channel in sheet.channels and sheet.counts_on(on):
                return sheet.playbook
        return None

    def sheet_of(self, playbook: Playbook) -> Sheet | None:
        """None for a version that is no longer on the shelf; the order itself still carries its playbook."""
        return next((sheet for sheet in self.sheets if sheet.playbook.version == playbook.version), None)


def load_shelf(folder: Path) -> Shelf:
    """Raises PlaybookInvalid with file and line."""
    read = [(read_yaml(path), path) for path in sorted(folder.glob("*.yaml"))]
    sheets: list[Sheet] = []
    for node, _ in read:
        sheet = _sheet(node)
        for other in sheets:
            _require_apart(sheet, other, node)
        sheets.append(sheet)
    return Shelf(tuple(sheets))


def _require_apart(sheet: Sheet, other: Sheet, node: Node) -> None:
    if sheet.playbook.version == other.playbook.version:
        raise node.fields()["version"].wrong(f"{sheet.playbook.version} exists already")
    first, second = sorted((sheet, other), key=lambda each: each.valid_from)
    overlap = first.valid_until is None or second.valid_from <= first.valid_until
    if overlap and (shared := sorted(sheet.channels & other.channels)):
        raise node.fields()["channels"].wrong(f"{', '.join(shared)}: {other.playbook.version} counts on the same days")


def _sheet(node: Node) -> Sheet:
    fields = node.record(
        frozenset({"code", "version", "valid_from", "title", "channels", "sign", "steps", "ends"}),
        frozenset({"valid_until"}),
    )
    steps = list(fields["steps"].items())
    playbook = Playbook(
        code=_code(fields["code"]),
        version=PackVersion(fields["version"].text()),
        signers=_signers(fields["sign"]),
        sign_limits=tuple(_limits(fields["sign"].fields().get("minutes"))),
        steps=_steps(fields["steps"]),
        ends=_ends(fields["ends"]),
    )
    _require_whole(playbook, fields)
    valid_from = fields["valid_from"].day()
    valid_until = fields["valid_until"].day() if "valid_until" in fields else None
    if valid_until is not None and valid_until < valid_from:
        raise fields["valid_until"].wrong("the last day is before the first")
    return Sheet(
        playbook=playbook,
        valid_from=valid_from,
        valid_until=valid_until,
        channels=frozenset(_distinct(fields["channels"], Channel)),
        title=_words(fields["title"]),
        step_titles={_code(step.fields()["code"]): _words(step.fields()["title"]) for step in steps},
    )


def _distinct(node: Node, kind: type[Channel]) -> tuple[Channel, ...]:
    found: list[Channel] = []
    for item in node.items():
        channel = item.one_of(kind)
        if channel in found:
            raise item.wrong(f"{channel} stands here twice")
        found.append(channel)
    return tuple(found)


def _code(node: Node) -> ItemCode:
    if CODE.fullmatch(node.text()) is None:
        raise node.wrong(f"{node.text()!r} is no code: small letters and underscores, at most 40")
    return ItemCode(node.text())


def _words(node: Node) -> Words:
    fields = node.record(frozenset({"zh", "en"}))
    return Words(fields["zh"].text(), fields["en"].text())


def _signers(node: Node) -> tuple[Role, ...]:
    roles = node.record(frozenset({"roles"}), frozenset({"minutes"}))["roles"]
    found = tuple(item.one_of(Role) for item in roles.items())
    if not found:
        raise roles.wrong("nobody could sign")
    if Role.AUXILIARY in found:
        raise roles.wrong("an auxiliary never signs (R-07)")
    return found


def _limits(node: Node | None) -> Iterator[Limit]:
    if node is None:
        return
    for name, minutes in node.fields().items():
        if name not in set(Priority):
            raise minutes.wrong(f"{name!r} is no Priority")
        if minutes.number() == 0:
            raise minutes.wrong("no time at all")
        yield Limit(Priority(name), minutes.number())


def _steps(node: Node) -> tuple[Step, ...]:
    found: list[Step] = []
    for item in node.items():
        step = _step(item)
        codes = {each.code for each in found}
        if step.code in codes:
            raise item.wrong(f"the step {step.code} stands here twice")
        # Only steps that stand above it: no circle can be written.
        if unknown := [code for code in step.after if code not in codes]:
            raise item.wrong(f"{step.code} comes after {unknown[0]}, which does not stand above it")
        found.append(step)
    return tuple(found)


def _step(node: Node) -> Step:
    fields = node.record(frozenset({"code", "does", "title"}), frozenset({"after", "helpers", "minutes", "reaches"}))
    does = fields["does"].one_of(Does)
    helpers = tuple(item.one_of(Role) for item in fields["helpers"].items()) if "helpers" in fields else ()
    if does is Does.ANSWER and helpers:
        raise fields["helpers"].wrong("the owner answers; nobody does so in the owner's name")
    reaches = fields["reaches"].one_of(State) if "reaches" in fields else None
    if reaches is not None and reaches not in REACHABLE:
        raise fields["reaches"].wrong(f"{reaches} is no state of an order")
    return Step(
        code=_code(fields["code"]),
        does=does,
        after=tuple(_code(item) for item in fields["after"].items()) if "after" in fields else (),
        helpers=helpers,
        limits=tuple(_limits(fields.get("minutes"))),
        reaches=reaches,
    )


def _ends(node: Node) -> tuple[End, ...]:
    found: list[End] = []
    for item in node.items():
        end = _end(item)
        if end.outcome in {each.outcome for each in found}:
            raise item.wrong(f"the outcome {end.outcome} stands here twice")
        found.append(end)
    return tuple(found)


def _end(node: Node) -> End:
    fields = node.record(frozenset({"outcome"}), frozenset({"needs", "details"}))
    outcome = fields["outcome"].one_of(Outcome)
    if outcome not in DETAILS:
        raise fields["outcome"].wrong(f"no order ends with {outcome}")
    details = [(item, item.one_of(OutcomeDetail)) for item in fields["details"].items()] if "details" in fields else []
    for item, detail in details:
        if detail not in DETAILS[outcome]:
            raise item.wrong(f"{detail} is no detail of {outcome}")
    needs = tuple(_code(item) for item in fields["needs"].items()) if "needs" in fields else ()
    return End(outcome, needs, tuple(detail for _, detail in details))


def _require_whole(playbook: Playbook, fields: Mapping[str, Node]) -> None:
    """What cannot be seen from one line."""
    does = [step.does for step in playbook.steps]
    if does.count(Does.ANSWER) != 1:
        raise fields["steps"].wrong("exactly one step answers the person")
    if does.count(Does.RESPOND) > 1:
        raise fields["steps"].wrong("there is one first response")
    codes = {step.code for step in playbook.steps}
    for item in fields["ends"].items():
        for need in item.fields()["needs"].items() if "needs" in item.fields() else ():
            if need.text() not in codes:
                raise need.wrong(f"{need.text()} is no step of this playbook")
    if Outcome.DONE not in {end.outcome for end in playbook.ends}:
        raise fields["ends"].wrong("nothing could ever be done")


__all__ = ["PlaybookInvalid", "Sheet", "Shelf", "Words", "load_shelf"]
