"""Rule packs and drafts as the API tells them, and what the pages make of them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.portal.desk_client import Answer
from services.portal.pages.contexts import Choice, Field
from services.portal.pages.contexts.rule_packs import DraftView, LineForm, Redecision, RowForm, RowLine
from services.portal.pages.rule_rows import outcome_fields
from services.portal.pages.rule_words import REASONS, Pack, Row, example_in_words, then_in_words, when_in_words

PAGE: Final = "/rules"
API: Final = "/routing/v1/rule-packs"
DRAFTS: Final = frozenset({"triage_officer", "auditor"})
PUBLISHES: Final = frozenset({"bureau_leader"})


class Draft(Answer):
    pack_id: UUID
    version: str
    based_on: str
    editors: tuple[UUID, ...]
    rows: int


class Packs(Answer):
    packs: tuple[Pack, ...] = ()
    drafts: tuple[Draft, ...] = ()


class Fault(Answer):
    detail: str
    rule: str | None = None
    row: int | None = None
    example: tuple[str, ...] = ()


class Progress(Answer):
    redecision_id: UUID
    revision: int
    total: int
    seen: int
    changed: int
    disagreed: int
    begun_at: datetime
    finished_at: datetime | None = None


class WholeDraft(Draft):
    revision: int
    table: tuple[Row, ...]
    faults: tuple[Fault, ...] = ()
    can_undo: bool
    in_force: str
    redecision: Progress | None = None
    yours: bool


def draft_view(told: WholeDraft, roles: set[str], names: Mapping[UUID, str], today: date) -> DraftView:
    url, edits = draft_url(told.pack_id), bool(DRAFTS & roles)
    done = told.redecision
    return DraftView(
        version=told.version,
        based_on=told.based_on,
        replaces=told.in_force,
        editors=called(told, names),
        revision=told.revision,
        rows=tuple(row_line(each, told.faults, url if edits else "", len(told.table)) for each in told.table),
        faults=tuple(_fault(each) for each in told.faults if each.row is None),
        redecision=Redecision(
            url=f"{url}/redecisions/{done.redecision_id}",
            seen=done.seen,
            total=done.total,
            changed=done.changed,
            running=done.finished_at is None,
            stale=done.revision != told.revision,
            begun_at=done.begun_at,
        )
        if done
        else None,
        may_edit=edits,
        publish_url=f"{url}/publication" if PUBLISHES & roles else "",
        why_not=_why_not(told),
        earliest=today.isoformat(),
        add_url=f"{url}/rows/new",
        undo_url=f"{url}/undo" if edits and told.can_undo else "",
        discard_url=f"{url}/discard",
        redecide_url=f"{url}/redecision",
    )


def _why_not(told: WholeDraft) -> str:
    if told.yours:
        return "您起草或改过这份规则，要由另一位负责人发布。"
    if told.faults:
        return "草稿还有不能发布的地方，先改好。"
    done = told.redecision
    if done is None or done.revision != told.revision:
        return "还没有用现在这份草稿试算。"
    if done.finished_at is None:
        return "正在试算，算完才能发布。"
    return f"有 {done.disagreed} 件两种算法结果不一致，请报告系统管理员。" if done.disagreed else ""


def row_line(row: Row, faults: tuple[Fault, ...] = (), url: str = "", last: int = 0) -> RowLine:
    at = f"{url}/rows/{row.number}"
    return RowLine(
        number=row.number,
        when=tuple(map(when_in_words, row.when)),
        then=then_in_words(row),
        reason=REASONS.get(row.reason, row.reason),
        law=row.law or "本单位规定",
        wrong=tuple(_fault(each) for each in faults if each.row == row.number),
        edit_url=at if url else "",
        remove_url=f"{at}/removal" if url else "",
        up_url=f"{at}/up" if url and row.number > 1 else "",
        down_url=f"{at}/down" if url and row.number < last else "",
    )


def row_form(
    pack_id: UUID, number: str, revision: int, rows: int, row: Row | None, lines: tuple[LineForm, ...], place: str = ""
) -> RowForm:
    new = number == "new"
    places = tuple(
        Choice(
            str(at), f"第 {at} 行" if at <= rows else f"第 {at} 行（最后）", chosen=str(at) == (place or str(rows + 1))
        )
        for at in range(1, rows + 2)
    )
    return RowForm(
        title="加一行" if new else f"改第 {number} 行",
        action=f"{draft_url(pack_id)}/rows/{number}",
        back_url=draft_url(pack_id),
        revision=revision,
        lines=lines,
        fields=outcome_fields(row),
        place=Field(
            "place",
            "放在第几行",
            "pick",
            "从上往下一行一行套用，下面的行看到的是上面改过的结果。",
            choices=places,
            required=True,
        )
        if new
        else None,
    )


def _fault(fault: Fault) -> str:
    return f"{fault.detail}例如：{example_in_words(fault.example)}。" if fault.example else fault.detail


def standing(pack: Pack) -> str:
    if pack.in_force:
        return "正在用"
    return "到日子起用" if pack.coming else "以前用过"


def bases(told: Packs) -> tuple[Choice, ...]:
    return tuple(
        Choice(each.version, f"{each.version}（{standing(each)}）", chosen=each.in_force) for each in told.packs
    )


def called(draft: Draft, names: Mapping[UUID, str]) -> str:
    return "、".join(names.get(each, "一位同事") for each in draft.editors)


def pack_url(version: str) -> str:
    return f"{PAGE}/packs/{version}"


def draft_url(pack_id: UUID) -> str:
    return f"{PAGE}/drafts/{pack_id}"
