"""An order as its page shows it: who is accountable, what is open for this reader, who is asked, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.portal.bureau import Bureau
from services.portal.desk_client import Answer, Refused, Unreachable
from services.portal.pages.acts import choices_of, filled, offered
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, Choice, Link, OrderView, Segment, TimelineItem, Tone
from services.portal.pages.contexts.orders import EndLine, PartLine, PartsOfStep, StepCard, StepLine
from services.portal.pages.orders_files import API, ENDED, Next, Order, Rung, StepFile, TaskFile
from services.portal.pages.orders_specs import HAND_OVER, SPECS, asks_units, colleagues
from services.portal.pages.orders_steps import NOTE, PROOFS, step_fields, within
from services.portal.pages.staffroom import history, named, stub_of, trace_url
from services.portal.pages.words import zh_names

PART_STATES: Mapping[str, tuple[str, Tone]] = {
    "offered": ("等签收", "soon"),
    "signed": ("已签收，在办", "plain"),
    "objected": ("不归他们办", "late"),
    "recalled": ("已收回", "plain"),
}
ANSWERED: Mapping[str, tuple[str, Tone]] = {"done": ("办好了", "good"), "unable": ("办不了", "late")}
ACT_OF: Mapping[str, str] = {
    "respond": "respond_first",
    "work": "report_step",
    "task": "ask_units",
    "approve": "decide_stage",
}
"""How a step of each kind is done."""
WHY_NOT = {
    "answer-missing": "还没有写答复",
    "not-the-owner": "由签收的人办",
    "not-your-unit": "派给了别的单位",
    "auxiliary-never-signs": "辅警可以协助，不能签收（R-07）",
    "role-never-signs": "您的岗位不能签收这类工单",
    "handler-is-party": "您是当事人，不能办（R-15）",
    "complained-of-never-handles": "投诉的是您，不能办（R-24）",
    "former-handler-excluded": "重新办理，要换人",
    "owner-never-approves": "经办人不能自己批",
    "one-approval-each": "您批过前一级，这一级由别人批",
    "not-your-approval": "由规程写明的岗位批",
    "units-silent": "还有单位没有回复",
    "broadcast-still-open": "群里的寻人信息还没有撤回",
}


class AskedInGroup(Answer):
    group: str | None = None
    name: str | None = None
    answered_at: datetime | None = None


def roles_in_words(roles: tuple[str, ...]) -> str:
    names = zh_names()["roles"]
    return "、".join(names.get(each, each) for each in roles)


@dataclass(frozen=True, slots=True)
class Reading:
    """One order, read by one person."""

    caller: Caller
    bureau: Bureau
    order: Order
    names: Mapping[UUID, str]
    opened: str = ""
    """The step whose form was just sent."""
    has_colleagues: bool = True

    @property
    def url(self) -> str:
        return f"/orders/{self.order.order_id}"

    @property
    def mine(self) -> bool:
        return self.order.owner is not None and str(self.order.owner) == self.caller.staff.person

    @property
    def offered_to_me(self) -> bool:
        return self.order.offered_to is not None and str(self.order.offered_to) == self.caller.staff.person

    def titles(self, codes: tuple[str, ...]) -> str:
        known = self.order.step_names
        return "、".join(known.get(each, each) for each in codes)

    def cards(self) -> tuple[StepCard, ...]:
        """The own steps first, then those of others; one form stands open, unless it is time to answer."""
        open_now = [step for step in self.order.steps if step.does != "answer" and self._may(step)]
        open_now.sort(key=lambda step: step.does == "task")
        cards = [self._card(step) for step in open_now]
        waiting = [card.code for card in cards if card.page is None or not self.may_answer]
        first = self.opened if self.opened in waiting else next(iter(waiting), "")
        return tuple(replace(card, opened=card.code == first) for card in cards)

    def _may(self, step: StepFile) -> bool:
        return any(
            each.step == step.step and each.allowed and each.name == ACT_OF[step.does] for each in self.order.next
        )

    def _card(self, step: StepFile) -> StepCard:
        act = f"{self.url}/{ACT_OF[step.does]}-{step.step}"
        fields = () if step.does != "work" else step_fields(step, self.bureau.grids)
        (note,) = within(step.step, (NOTE,))
        again = step.does == "work" and 1 < step.most_tries > step.tries
        return StepCard(
            code=step.step,
            name=step.name,
            hint=_card_hint(step),
            due=step.due,
            action=act,
            submit=step.name,
            fields=tuple(filled(self.caller, each) for each in within(step.step, fields)),
            note=filled(self.caller, note),
            decides=step.does == "approve",
            page=offered(asks_units(step), act) if step.does == "task" else None,
            try_action=f"{self.url}/report_try-{step.step}" if again else "",
            try_label=f"没成，记第 {step.tries + 1} 次（最多 {step.most_tries} 次）",
            try_number=step.tries + 1,
        )

    def sign(self) -> Act | None:
        if self.offered_to_me:
            return offered(
                SPECS["sign_for_order"], f"{self.url}/sign_for_order", hint="同事请您接手，签收后由您负责到底。"
            )
        act = self.order.act("sign_for_order")
        if act is None:
            return None
        return offered(SPECS["sign_for_order"], f"{self.url}/sign_for_order", why_not=self.why_not(act))

    def why_not(self, act: Next) -> str:
        if act.allowed:
            return ""
        return WHY_NOT.get(act.why_not or "", "现在还不行") + (f"（{act.rule}）" if act.rule else "")

    def idle(self) -> str:
        """Nothing to do for this reader: whose turn it is."""
        order = self.order
        if not order.is_running:
            return ""
        return "现在没有要您做的。" if self.mine else f"由{named(order.owner, self.names, '签收的人')}办，您可以看。"

    def steps(self) -> tuple[StepLine, ...]:
        return tuple(self._line(step) for step in self.order.steps)

    def _line(self, step: StepFile) -> StepLine:
        shown = "、".join(PROOFS.get(each, each) for each in step.proof)
        if step.done_at is not None:
            who = named(step.by, self.names, "") or roles_in_words((step.role,) if step.role else ()) or "工作人员"
            text = "，".join(each for each in (step.result_words, who) if each)
            return StepLine(step.name, "done", text, at=step.done_at, shown=shown)
        tried = f"已试 {step.tries} 次" if step.tries else ""
        if not step.counts:
            return StepLine(step.name, "needless", "这次用不着")
        if not self.order.is_running:
            return StepLine(step.name, "later", "没有做" if self.order.state in ENDED else "签收以后")
        if step.missing:
            return StepLine(step.name, "later", f"先做完：{self.titles(step.missing)}")
        if asked := [part for part in self.order.parts_of(step.step) if part.counts]:
            back = sum(not part.is_silent for part in asked)
            return StepLine(step.name, "waiting", f"请了 {len(asked)} 个单位，{back} 个已回复", due=step.due)
        text = "，".join(each for each in (tried, self._turn(step)) if each)
        return StepLine(step.name, "open", text, due=step.due, shown=shown)

    def _turn(self, step: StepFile) -> str:
        if step.does == "approve":
            return f"等{roles_in_words((*step.helpers, *step.others))}批"
        also = roles_in_words((*step.helpers, *step.others))
        return f"现在可以办（{also}也可以）" if also else "现在可以办"

    def parts(self) -> tuple[PartsOfStep, ...]:
        steps = [step for step in self.order.steps if self.order.parts_of(step.step)]
        return tuple(PartsOfStep(step.name, self._parts(step), self._more(step)) for step in steps)

    def _parts(self, step: StepFile) -> tuple[PartLine, ...]:
        return tuple(self._part(part) for part in self.order.parts_of(step.step))

    def _part(self, part: TaskFile) -> PartLine:
        state, tone = ANSWERED.get(part.result or "") or PART_STATES.get(part.state, (part.state, "plain"))
        reason = zh_names()["reasons"].get(part.reason, part.reason) if part.reason else ""
        recall = self.mine and part.is_silent and self.order.is_running
        return PartLine(
            unit=self.bureau.unit(part.unit),
            lead=part.lead,
            state=f"{state}：{reason}" if reason else state,
            tone=tone,
            due=part.due if part.is_silent else None,
            words=part.words or "",
            recall_url=f"{self.url}/recall_task-{part.task_id}" if recall else "",
        )

    def _more(self, step: StepFile) -> Act | None:
        """Another unit beside those that were asked, as long as the step is open."""
        asked = [part for part in self.order.parts_of(step.step) if part.counts]
        full = step.task is None or len(asked) >= step.task.most
        if full or not self.mine or step.done_at is not None or not self.order.is_running or not asked:
            return None
        return offered(asks_units(step), f"{self.url}/ask_units-{step.step}")

    def ends(self) -> tuple[EndLine, ...]:
        outcomes = zh_names()["outcomes"]
        lines = []
        for end in self.order.ends:
            act = self.order.act("report_outcome", end.outcome)
            needs = self.titles(end.missing)
            if not needs and act is not None and not act.allowed and self.mine:
                needs = self.why_not(act)
            ready = act is not None and act.allowed and end.outcome != "done"
            spec = SPECS["report_outcome"]
            url = f"{self.url}/report_outcome-{end.outcome}"
            lines.append(EndLine(outcomes.get(end.outcome, end.outcome), needs, offered(spec, url) if ready else None))
        return tuple(lines)

    def more(self) -> tuple[Act, ...]:
        order, found = self.order, []
        going = self.mine and order.is_running
        if going and self.has_colleagues:
            found.append(offered(HAND_OVER, f"{self.url}/hand_over_order"))
        if going and order.choices:
            found.append(offered(SPECS["choose_playbook"], f"{self.url}/choose_playbook"))
        if order.may("return_order"):
            found.append(offered(SPECS["return_order"], f"{self.url}/return_order"))
        return tuple(found)

    @property
    def may_answer(self) -> bool:
        return self.order.may("answer_order") or self.order.may("report_outcome", "done")

    def outcomes(self) -> tuple[Choice, ...]:
        """Those that only wait for the answer; or the answer alone, and the order goes on."""
        answers = {step.step for step in self.order.steps if step.does == "answer"}
        ready = [end.outcome for end in self.order.ends if set(end.missing) <= answers]
        given = self.caller.text("outcome") if self.caller.form else ("done" if "done" in ready else "")
        later = () if not self.order.may("answer_order") else (Choice("", "先答复，还没办完", chosen=not given),)
        return (*choices_of("outcomes", ready, given), *later)

    def details(self) -> tuple[Choice, ...]:
        done = next((end for end in self.order.ends if end.outcome == "done"), None)
        return choices_of("outcome_details", done.details, self.caller.text("detail")) if done else ()

    def rungs(self) -> tuple[tuple[datetime, str], ...]:
        return tuple((rung.at, self._told(rung)) for rung in self.order.rungs)

    def _told(self, rung: Rung) -> str:
        who = named(rung.person, self.names, "") or roles_in_words(rung.told)
        return f"{zh_names()['ladders'].get(rung.ladder, rung.ladder)}：已告诉{who}"


def _card_hint(step: StepFile) -> str:
    if step.does == "respond":
        return "告诉当事人谁在办。按一下就记下时间。"
    if step.does == "approve":
        return "同意就往下走；不同意，退回重新办。"
    return f"依据 {step.rule}。" if step.rule else ""


async def order_view(site: Site, caller: Caller, order: Order, opened: str = "") -> OrderView:
    names = await site.staff.names()
    stub = await stub_of(caller.desk, order.request_id)
    others = bool(colleagues(await site.staff.everybody(), order))
    reading, words = Reading(caller, site.bureau, order, names, opened, others), zh_names()
    cards = reading.cards()
    due, due_for = (order.sign_due, "签收") if order.signed_at is None else (order.answer_due, "答复")
    waits = order.state not in ENDED and not any(step.does == "answer" and step.done_at for step in order.steps)
    return OrderView(
        url=reading.url,
        code=stub.code if stub else str(order.order_id)[:8].upper(),
        subject=words["categories"].get(order.category, order.category),
        playbook=order.playbook_title.zh if order.playbook_title else order.playbook,
        playbook_url=f"/playbooks/{order.playbook}",
        state=words["states"].get(order.state, "已收回" if order.state == "REVOKED" else order.state),
        priority=order.priority,
        place=words["channels"].get(order.channel, order.channel),
        holder=_holder(order, site.bureau, names),
        result=_result(order),
        due=due if waits else None,
        due_for=due_for,
        deadline=order.deadline,
        rungs=reading.rungs(),
        text=(Segment(order.narrative),) if order.narrative else (),
        text_withheld="" if order.narrative else "原话不归您这个岗位看，或者现在读不到。",
        sign=reading.sign(),
        cards=cards,
        idle="" if cards or reading.may_answer else reading.idle(),
        parts=reading.parts(),
        steps=reading.steps(),
        ends=reading.ends() if order.is_running else (),
        more=reading.more(),
        answer_action=f"{reading.url}/answer_order",
        answer=caller.text("answer") or order.answer or "",
        answered=not order.may("answer_order"),
        outcomes=reading.outcomes() if reading.may_answer else (),
        details=reading.details() if reading.may_answer else (),
        timeline=_past(order, site.bureau),
        trace_url=trace_url(order.request_id, caller.staff.roles),
        links=await _links(caller, order),
    )


def _holder(order: Order, bureau: Bureau, names: Mapping[UUID, str]) -> str:
    holder = f"{named(order.owner, names, '还没有人签收')}（{bureau.unit(order.unit)}）"
    if order.signed_at is None and order.owner is not None:
        return f"派给{holder}，还没有签收"
    if order.owner is not None:
        holder = f"由{holder}负责"
    if order.offered_to is not None:
        return f"{holder}，已请{named(order.offered_to, names, '同事')}接手，签收前仍由原来的人负责"
    return holder


def _past(order: Order, bureau: Bureau) -> tuple[TimelineItem, ...]:
    """Newest first, each with the step that it is about."""
    names = order.step_names
    items = [
        replace(item, detail=names.get(each.step or "", ""))
        for each in reversed(order.timeline)
        for item in history((each,), bureau)
    ]
    return tuple(sorted(items, key=lambda item: item.at, reverse=True))


def _result(order: Order) -> str:
    if order.state not in ENDED:
        return ""
    words = zh_names()
    if order.return_reason is not None:
        return f"已退回重分：{words['reasons'].get(order.return_reason, order.return_reason)}"
    if order.outcome is None:
        return "已撤回" if order.state == "WITHDRAWN" else "已收回，改由别处办"
    told = words["outcomes"].get(order.outcome, order.outcome)
    return f"{told}：{words['outcome_details'].get(order.detail, order.detail)}" if order.detail else told


async def _links(caller: Caller, order: Order) -> tuple[Link, ...]:
    """What stands in groups because of this order."""
    found = []
    if order.category == "EMG":
        found.append(Link("群发寻人", f"/broadcasts/{order.order_id}"))
    try:
        asked = await caller.desk.get(f"{API}/orders/{order.order_id}/group-answer", AskedInGroup)
    except (Refused, Unreachable):
        return tuple(found)
    if asked.group is not None:
        said = "群里的答复" if asked.answered_at else f"答复到{asked.name}"
        found.append(Link(said, f"/group-answers/{order.order_id}"))
    return tuple(found)
