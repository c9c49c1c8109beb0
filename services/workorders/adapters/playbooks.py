"""The shelf of playbooks: read once at the start, and refused as a whole when one line is wrong."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

from services.workorders.adapters.playbook_steps import (
    REACHABLE,
    Words,
    code_of,
    limits_of,
    steps_of,
    titles_of,
    words_of,
)
from services.workorders.adapters.yaml_nodes import Node, PlaybookInvalid, read_yaml
from services.workorders.orders.rules.playbook import DetailWhen, Does, End, Playbook, When, step_of
from shared.contracts.codes import Category, Channel, Flag, Outcome, OutcomeDetail, Role
from shared.kernel import ItemCode, PackVersion, value

K = TypeVar("K", Channel, Category, Flag)

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
class For:
    """Which orders take this playbook by themselves. What is not named is open; flags: any of them."""

    channels: frozenset[Channel]
    categories: frozenset[Category]
    flags: frozenset[Flag]
    by_hand: bool
    """Only an owner chooses it."""

    def fits(self, channel: Channel, category: Category, flags: tuple[Flag, ...]) -> bool:
        return (
            not self.by_hand
            and channel in self.channels
            and (not self.categories or category in self.categories)
            and (not self.flags or not self.flags.isdisjoint(flags))
        )

    def weight(self, flags: tuple[Flag, ...]) -> tuple[int, int]:
        """The more it names, the closer it fits."""
        return (len(self.flags & set(flags)), int(bool(self.categories)))

    def overlaps(self, other: "For") -> bool:
        """Whether one order could take both with the same right. Two named flags may meet on one order; then the
        better match counts, and the code decides between equals."""
        if self.by_hand or other.by_hand or self.channels.isdisjoint(other.channels):
            return False
        alike = bool(self.categories) == bool(other.categories) and bool(self.flags) == bool(other.flags)
        same_categories = not self.categories or not self.categories.isdisjoint(other.categories)
        return alike and same_categories and (not self.flags or not self.flags.isdisjoint(other.flags))


@value
class Sheet:
    """A playbook with what its file says beside it: when it counts, for which orders, and its words."""

    playbook: Playbook
    valid_from: date
    valid_until: date | None
    """The last day."""
    takes: For
    title: Words
    step_titles: Mapping[ItemCode, Words]
    result_titles: Mapping[ItemCode, Mapping[ItemCode, Words]]
    item_titles: Mapping[ItemCode, Mapping[ItemCode, Words]]

    @property
    def channels(self) -> frozenset[Channel]:
        return self.takes.channels

    def counts_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class Shelf:
    def __init__(self, sheets: tuple[Sheet, ...]) -> None:
        self.sheets = sheets

    def choose(self, channel: Channel, category: Category, flags: tuple[Flag, ...], on: date) -> Playbook | None:
        """The closest of those that fit."""
        fitting = [sheet for sheet in self.sheets if sheet.counts_on(on) and sheet.takes.fits(channel, category, flags)]
        by_weight = sorted(fitting, key=lambda sheet: (sheet.takes.weight(flags), sheet.playbook.code))
        return by_weight[-1].playbook if by_weight else None

    def named(self, code: ItemCode, channel: Channel, on: date) -> Playbook | None:
        """For an owner who chooses: any that counts today for the channel of the order."""
        for sheet in self.sheets:
            if sheet.playbook.code == code and channel in sheet.channels and sheet.counts_on(on):
                return sheet.playbook
        return None

    def for_owner(self, channel: Channel, on: date) -> tuple[Sheet, ...]:
        return tuple(sheet for sheet in self.sheets if channel in sheet.channels and sheet.counts_on(on))

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
    if overlap and first.takes.overlaps(second.takes):
        shared = ", ".join(sorted(sheet.channels & other.channels))
        raise node.fields()["channels"].wrong(f"{shared}: {other.playbook.version} counts on the same days")
    if overlap and sheet.playbook.code == other.playbook.code:
        raise node.fields()["code"].wrong(f"{other.playbook.version} has this code on the same days")


def _sheet(node: Node) -> Sheet:
    fields = node.record(
        frozenset({"code", "version", "valid_from", "title", "channels", "sign", "steps", "ends"}),
        frozenset({"valid_until", "for", "returns"}),
    )
    steps = [step.fields() for step in fields["steps"].items()]
    playbook = Playbook(
        code=code_of(fields["code"]),
        version=PackVersion(fields["version"].text()),
        signers=_signers(fields["sign"]),
        sign_limits=tuple(limits_of(fields["sign"].fields().get("minutes"))),
        steps=steps_of(fields["steps"]),
        ends=_ends(fields["ends"]),
        returns=fields["returns"].truth() if "returns" in fields else True,
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
        takes=_for(fields),
        title=words_of(fields["title"]),
        step_titles={code_of(step["code"]): words_of(step["title"]) for step in steps},
        result_titles={code_of(step["code"]): titles_of(step.get("results")) for step in steps},
        item_titles={code_of(step["code"]): titles_of(step.get("items")) for step in steps},
    )


def _for(fields: Mapping[str, Node]) -> For:
    given = fields["for"].record(frozenset(), frozenset({"categories", "flags", "by_hand"})) if "for" in fields else {}
    return For(
        channels=frozenset(_distinct(fields["channels"], Channel)),
        categories=frozenset(_distinct(given["categories"], Category)) if "categories" in given else frozenset(),
        flags=frozenset(_distinct(given["flags"], Flag)) if "flags" in given else frozenset(),
        by_hand=given["by_hand"].truth() if "by_hand" in given else False,
    )


def _distinct(node: Node, kind: type[K]) -> tuple[K, ...]:
    found: list[K] = []
    for item in node.items():
        each = item.one_of(kind)
        if each in found:
            raise item.wrong(f"{each} stands here twice")
        found.append(each)
    return tuple(found)


def _signers(node: Node) -> tuple[Role, ...]:
    roles = node.record(frozenset({"roles"}), frozenset({"minutes"}))["roles"]
    found = tuple(item.one_of(Role) for item in roles.items())
    if not found:
        raise roles.wrong("nobody could sign")
    if Role.AUXILIARY in found:
        raise roles.wrong("an auxiliary never signs (R-07)")
    return found


def _ends(node: Node) -> tuple[End, ...]:
    found: list[End] = []
    for item in node.items():
        end = _end(item)
        if end.outcome in {each.outcome for each in found}:
            raise item.wrong(f"the outcome {end.outcome} stands here twice")
        found.append(end)
    return tuple(found)


def _end(node: Node) -> End:
    fields = node.record(frozenset({"outcome"}), frozenset({"needs", "details", "only"}))
    outcome = fields["outcome"].one_of(Outcome)
    if outcome not in DETAILS:
        raise fields["outcome"].wrong(f"no order ends with {outcome}")
    details = [(item, item.one_of(OutcomeDetail)) for item in fields["details"].items()] if "details" in fields else []
    for item, detail in details:
        if detail not in DETAILS[outcome]:
            raise item.wrong(f"{detail} is no detail of {outcome}")
    needs = tuple(code_of(item) for item in fields["needs"].items()) if "needs" in fields else ()
    only = tuple(_only(name, when) for name, when in fields["only"].fields().items()) if "only" in fields else ()
    return End(outcome, needs, tuple(detail for _, detail in details), only)


def _only(name: str, node: Node) -> DetailWhen:
    """A verdict that is told as it was found: `CLUE_VALID: {verdict: valid}`."""
    [(step, result)] = node.fields().items()
    if name not in set(OutcomeDetail):
        raise node.wrong(f"{name!r} is no OutcomeDetail")
    return DetailWhen(OutcomeDetail(name), When(ItemCode(step), code_of(result)))


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
    for end in playbook.ends:
        for each in end.only:
            step = step_of(playbook, each.when.step)
            if step is None or each.when.result not in step.results:
                raise fields["ends"].wrong(f"{each.when.result} is no result of {each.when.step}")
    if Outcome.DONE not in {end.outcome for end in playbook.ends}:
        raise fields["ends"].wrong("nothing could ever be done")


__all__ = ["REACHABLE", "PlaybookInvalid", "Sheet", "Shelf", "Words", "load_shelf"]
