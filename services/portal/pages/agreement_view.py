"""What an agreement says on its page: in words, with what it is worth, how far it is performed, and what is open."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.portal.desk_client import Answer
from services.portal.pages.acts import offered
from services.portal.pages.case_models import Advice, Confirmation
from services.portal.pages.channel_words import RUNGS, worth_of
from services.portal.pages.confirmations import ACCEPT, DECIDE, LONGER
from services.portal.pages.contexts import Act, AgreementView, Countdown, CourtForm, Signature, Term, Tone
from services.portal.pages.duty_forms import EVERY, UNITS
from services.portal.pages.words import zh_names

SIDES = ("甲方（反映人）", "乙方（另一方）", "丙方", "丁方")
KINDS = {"money": "付给{to}", "goods": "交给{to}：{count}{what}", "act": "{what}", "apology": "向{to}赔礼道歉"}
JOIN = "一起请法院确认"


class SignatureFile(Answer):
    party: UUID
    signed: bool = False
    at: datetime | None = None


class Goods(Answer):
    count: int
    unit: str


class Duty(Answer):
    duty_id: UUID
    kind: str
    by: UUID
    to: UUID
    amount_fen: int | None = None
    what: str | None = None
    goods: Goods | None = None
    due: date | None = None
    place: int = 1
    times: int = 1
    every: str | None = None
    state: str = "open"
    performed_at: datetime | None = None
    rung: str | None = None


class ConfirmationFile(Confirmation):
    joined: Mapping[UUID, str] = Field(default_factory=dict)


class Agreement(Answer):
    agreement_id: UUID
    case_id: UUID
    request_id: UUID
    draft: int
    state: str
    product: str
    effect: str
    terms: str | None = None
    signatures: tuple[SignatureFile, ...] = ()
    duties: tuple[Duty, ...] = ()
    identity_relation: bool = False
    confirmation: ConfirmationFile | None = None
    penalty_due: datetime | None = None
    in_effect_at: datetime | None = None

    @property
    def in_effect(self) -> bool:
        return self.in_effect_at is not None

    @property
    def broken(self) -> bool:
        return any(each.state == "defaulted" for each in self.duties)


class Party(Answer):
    party: UUID


class WhyNot(Answer):
    title: str = ""
    detail: str = ""


class Step(Answer):
    operation: str
    allowed: bool
    done: bool = False
    why_not: WhyNot | None = None


class Case(Answer):
    you: UUID | None = None
    host: UUID | None = None
    parties: tuple[Party, ...] = ()
    next: tuple[Step, ...] = ()

    def step(self, name: str) -> Step | None:
        return next((each for each in self.next if each.operation == f"mediation.{name}"), None)

    def may(self, name: str) -> bool:
        found = self.step(name)
        return found is not None and found.allowed


def own_address(agreement_id: UUID, about: UUID | None) -> str:
    return f"/agreements/{agreement_id}" + (f"?about={about}" if about else "")


def agreement_view(
    agreement: Agreement, case: Case, host: str, about: UUID | None, ways: Advice, *, from_court: bool
) -> AgreementView:
    parties = [each.party for each in case.parties or agreement.signatures]
    sides = {party: SIDES[min(place, 3)] for place, party in enumerate(parties)}
    effect, if_broken = worth_of(agreement.effect)
    own = own_address(agreement.agreement_id, about)
    base, query = f"/agreements/{agreement.agreement_id}", f"?about={about}" if about else ""
    return AgreementView(
        code="",
        number=str(agreement.agreement_id)[:8].upper(),
        title=zh_names()["products"].get(agreement.product, "调解协议书"),
        parties=tuple(sides.values()),
        facts=agreement.terms or "这段文字现在读不到，或者不归您看。",
        terms=tuple(_term(duty, sides, case, agreement, about) for duty in agreement.duties),
        effect=effect,
        if_broken=if_broken,
        host=host,
        signatures=tuple(
            Signature(sides.get(each.party, "当事人"), each.at, each.signed) for each in agreement.signatures
        ),
        may_sign=case.may("sign_agreement"),
        draft=agreement.draft,
        sign_url=own,
        back_url="/suits" if from_court and not case.parties else _back(agreement, about),
        paper_url=f"{base}/paper{query}",
        receipt_url=f"{base}/receipt{query}" if about and agreement.in_effect else "",
        performance=_performance(agreement),
        broken=tuple((each.title, each.detail) for each in ways.ways) if agreement.broken else (),
        clocks=_clocks(agreement),
        court=_court(agreement, case),
        acts=court_acts(agreement) if from_court and about is None else (),
    )


def _performance(agreement: Agreement) -> str:
    if not agreement.in_effect or not agreement.duties:
        return ""
    done = sum(each.state == "performed" for each in agreement.duties)
    return f"共 {len(agreement.duties)} 项，{done} 项做到了"


def _back(agreement: Agreement, about: UUID | None) -> str:
    if about == agreement.request_id:
        return f"/follow/{about}"
    return f"/party/{agreement.case_id}" if about else f"/cases/{agreement.case_id}"


def _term(duty: Duty, sides: dict[UUID, str], case: Case, agreement: Agreement, about: UUID | None) -> Term:
    to = sides.get(duty.to, "对方")
    goods = duty.goods if duty.goods and duty.goods.unit in UNITS else None
    count = f"{goods.count:,} {UNITS[goods.unit]}" if goods else ""
    does = KINDS.get(duty.kind, "{what}").format(to=to, what=duty.what or "约定的事", count=count)
    if duty.times > 1:
        does += f"（{EVERY.get(duty.every or '', '')}一期，第 {duty.place} 期，共 {duty.times} 期）"
    watched = agreement.in_effect and duty.state != "performed"
    state, tone = _state(duty, agreement.in_effect)
    record = watched and about is None and case.may("record_performance")
    return Term(
        who=sides.get(duty.by, "一方"),
        does=does,
        due=duty.due,
        amount_fen=duty.amount_fen,
        done=duty.state == "performed",
        confirm=str(duty.duty_id) if watched and case.you == duty.to else "",
        record_url=f"/agreements/{agreement.agreement_id}/duties/{duty.duty_id}" if record else "",
        state=state,
        tone=tone,
    )


def _state(duty: Duty, in_effect: bool) -> tuple[str, Tone]:
    if not in_effect:
        return "", "plain"
    match duty.state:
        case "performed":
            return "已做到", "good"
        case "defaulted":
            rung = RUNGS.get(duty.rung or "", "")
            return f"到期没有做到{f'，现在由{rung}督促' if rung else ''}", "late"
        case "due":
            return "到期了，等对方确认", "soon"
    return "", "plain"


def _clocks(agreement: Agreement) -> tuple[Countdown, ...]:
    confirmation = agreement.confirmation
    found = []
    if confirmation is not None:
        match confirmation.state:
            case "not_asked":
                found.append(Countdown("一起请法院确认，最晚", confirmation.due, rule="R-13"))
            case "filed":
                found.append(Countdown("法院决定受不受理", confirmation.acceptance_due, rule="R-13"))
            case "accepted":
                found.append(Countdown("法院作出决定", confirmation.decision_due, rule="R-13"))
    if agreement.penalty_due is not None:
        found.append(Countdown("公安机关继续处理，办案期限", agreement.penalty_due, rule="R-04"))
    return tuple(found)


def court_acts(agreement: Agreement) -> tuple[Act, ...]:
    """What the court may do with the application of both sides (R-13)."""
    base = f"/agreements/{agreement.agreement_id}/confirmation"
    match agreement.confirmation.state if agreement.confirmation else "":
        case "filed":
            return (offered(ACCEPT, f"{base}/accept"), offered(DECIDE, f"{base}/decide", why_not="先要受理"))
        case "accepted":
            return (offered(DECIDE, f"{base}/decide"), offered(LONGER, f"{base}/longer"))
    return ()


def _court(agreement: Agreement, case: Case) -> CourtForm | None:
    """The way to the court: first each side for itself, then one for both."""
    join, file, confirmation = case.step("join_confirmation"), case.step("file_confirmation"), agreement.confirmation
    if confirmation is None or join is None or case.you is None:
        return None
    scope = "duties" if agreement.identity_relation else "whole"
    joined = case.you in confirmation.joined
    waiting = sum(each.party not in confirmation.joined for each in case.parties)
    says = "双方都愿意以后，由一方送到法院。不收费；法院确认后，不履行的可以强制执行。"
    if scope == "duties":
        says += "身份关系法院不确认，只确认要付的、要做的。"
    if join.why_not is not None and not joined:
        return CourtForm(says, scope, why_not=(join.why_not.detail or join.why_not.title).rstrip("。"))
    if not joined:
        return CourtForm(says, scope, wish="join", label=f"我愿意{JOIN}")
    if waiting:
        return CourtForm(says, scope, why_not="您已经愿意，等对方也愿意")
    if file is not None and file.allowed:
        return CourtForm(says, scope, wish="file", label="双方都愿意，送到法院")
    return CourtForm(says, scope, why_not="已经送到法院")
