"""The words of a message, rendered when it is read: who, what, until when. Events hold only codes, times and ids."""

from collections.abc import Callable

from services.notifications.contacts.case_words import CASE_WORDS, EFFECTS
from services.notifications.contacts.facts import About, Particulars
from services.notifications.contacts.wording import CHANNELS, Language, Pair, Words, until
from shared.contracts.codes import Channel, Effect, Outcome, OutcomeDetail, ReasonCode

REFUSALS = {
    ReasonCode.NOT_POLICE: ("这件事不属于公安机关管辖", "this is not police business"),
    ReasonCode.LEGAL_PROCEDURE: (
        "这件事应当走诉讼、仲裁或者复议等法定程序",
        "this belongs to a suit, an arbitration or a review",
    ),
    ReasonCode.MATERIAL_MISSING: ("补充材料的期限已过，没有收到材料", "the papers asked for did not come in time"),
}
REOPENINGS = {
    ReasonCode.BAD_RATING: ("有人对结果不满意", "somebody is not satisfied with the result"),
    ReasonCode.DUTY_DEFAULTED: ("约定的事项到期没有履行", "something agreed was not done in time"),
    ReasonCode.NEW_FACTS: ("有新的情况", "there are new facts"),
}
OUTCOMES = {
    Outcome.SETTLED: ("双方已经达成协议", "both sides have agreed"),
    Outcome.DONE: ("事情已经办结", "the matter is done"),
    Outcome.FAILED: (
        "这次没有办成。您还可以申请仲裁、向法院起诉或者申请法律援助（12348）",
        "it did not work out; arbitration, a suit or legal aid (12348) are still open to you",
    ),
    Outcome.REFUSED: (
        "承办单位不能办理。您还可以申请仲裁、向法院起诉或者申请法律援助（12348）",
        "the unit cannot handle it; arbitration, a suit or legal aid (12348) are still open to you",
    ),
    Outcome.HANDED_OVER: ("已经移交其他单位继续办理", "it was handed over to another unit"),
}
DETAILS = {
    OutcomeDetail.PARTY_REFUSED: ("有一方不同意调解", "one side did not want mediation"),
    OutcomeDetail.LAPSED: ("期限已满", "the time was over"),
    OutcomeDetail.PERSON_FOUND: ("人已经找到", "the person was found"),
    OutcomeDetail.TRANSFER_STOPPED: ("转账已经止付", "the transfer was stopped"),
    OutcomeDetail.DOCUMENT_DELIVERED: ("证件已经送达", "the document was delivered"),
    OutcomeDetail.RECONCILED: ("双方已经和好", "both sides are reconciled"),
    OutcomeDetail.AGREEMENT_PERFORMED: ("协议已经履行", "the agreement was performed"),
}
RUNGS = {
    Effect.ENDS_PENALTY: (
        "公安机关将依法继续处罚程序；民事赔偿可以向法院起诉",
        "the police take up the penalty procedure again; damages can be claimed in court",
    ),
    Effect.BINDING_CONTRACT: (
        "可以拿这份协议向法院起诉；双方还可以在协议生效三十日内共同申请司法确认",
        "the agreement can be sued on; within thirty days of its effect both sides may ask a court to confirm it",
    ),
    Effect.ORDINARY_CONTRACT: ("可以拿这份协议向法院起诉", "the agreement can be sued on in court"),
    Effect.ENFORCEABLE: ("可以向法院申请强制执行", "a court can be asked to enforce it"),
}
"""What follows when an agreement is broken, by what it is worth (R-04, R-13, R-58, R-59, R-61)."""


def render(about: About, particulars: Particulars, language: Language) -> Words:
    pair = _WORDS[about](particulars)
    return pair.zh if language is Language.ZH else pair.en


def _received(said: Particulars) -> Pair:
    return Pair(
        Words("已收到您的诉求", "汇客厅已经登记。接下来由值班民警查看并分派，每一步都会在这里告诉您。"),
        Words("We have your request", "It is registered. A duty officer looks at it next; every step is told here."),
    )


def _danger(said: Particulars) -> Pair:
    return Pair(
        Words(
            "如果有危险，请马上拨打 110",
            "您写的内容可能涉及危险，值班民警正在优先查看。急病打 120，火灾打 119，心里难受可以打 12356。",
        ),
        Words(
            "If there is danger, call 110 now",
            "What you wrote may mean danger; a duty officer looks at it first. "
            "Ambulance 120, fire 119, somebody to talk to 12356.",
        ),
    )


def _routed(said: Particulars) -> Pair:
    zh_way, en_way = CHANNELS[said.channel] if said.channel else ("承办单位", "the unit in charge")
    zh_due, en_due = until(said.due, "{at} 前给您答复。", "You will have an answer by {at}.")
    return Pair(
        Words("已交给承办单位", f"您的诉求已交由{zh_way}办理。{zh_due}"),
        Words("Somebody has it", f"Your request went to {en_way}.{en_due}"),
    )


def _signed(said: Particulars) -> Pair:
    zh_due, en_due = until(said.due, "{at} 前给您答复。", "You will have an answer by {at}.")
    return Pair(
        Words("承办人已签收", f"承办人已经签收，由他负责到底。{zh_due}"),
        Words("It is signed for", f"One person has taken it on and stays responsible.{en_due}"),
    )


def _first_response(said: Particulars) -> Pair:
    zh_due, en_due = until(said.due, "{at} 前给您结果。", "You will have the result by {at}.")
    return Pair(
        Words("承办人已开始处理", f"承办人已经看过您的诉求并开始处理。{zh_due}"),
        Words("Work has begun", f"The person in charge has read it and begun.{en_due}"),
    )


def _info(title_zh: str, title_en: str) -> Callable[[Particulars], Pair]:
    def words(said: Particulars) -> Pair:
        count = f"共 {len(said.items)} 项" if said.items else "见经办人的说明"
        zh_due, en_due = until(
            said.due,
            "请在 {at} 前补充，可以直接在这里写；过期没有收到就不再受理，以后还可以申请重开。",
            "Please add them here by {at}; after that the request is not accepted, but can be reopened.",
        )
        en_count = f"Papers missing: {len(said.items)}." if said.items else "See the officer's note."
        return Pair(
            Words(title_zh, f"还缺材料，{count}。{zh_due}"),
            Words(title_en, f"{en_count}{en_due}"),
        )

    return words


def _not_accepted(said: Particulars) -> Pair:
    zh, en = REFUSALS.get(said.reason, ("", "")) if said.reason else ("", "")
    return Pair(
        Words("没有受理", f"{zh or '不符合受理条件'}。去哪里办，请看经办人的说明；不同意可以要求书面告知。"),
        Words(
            "Not accepted",
            f"{(en or 'it cannot be accepted').capitalize()}. The note says where to go; you may have it in writing.",
        ),
    )


def _withdrawn(said: Particulars) -> Pair:
    return Pair(
        Words("已按您的要求撤回", "这件诉求不再办理。以后有需要，随时可以重新反映。"),
        Words("Withdrawn as you asked", "Nobody works on it any more. You can file again at any time."),
    )


WORTH_OF = {
    Channel.PSM: Effect.ENDS_PENALTY,
    Channel.PM: Effect.BINDING_CONTRACT,
    Channel.JM: Effect.BINDING_CONTRACT,
}
"""What an agreement of a channel is worth when nothing more is known; in industry mediation the day of the session
decides (R-60)."""


def _consent_asked(said: Particulars) -> Pair:
    """Who would mediate, and what an agreement would be worth there, before anybody says yes."""
    zh_due, en_due = until(said.due, "请在 {at} 前答复。", "Please answer by {at}.")
    zh_way, en_way = CHANNELS[said.channel] if said.channel else ("", "")
    effect = said.effect or (WORTH_OF.get(said.channel) if said.channel else None)
    zh_worth, en_worth = EFFECTS[effect] if effect else ("", "")
    zh_more = (f"这次由{zh_way}。" if zh_way else "") + (f"谈成以后，{zh_worth}。" if zh_worth else "")
    en_more = (f" This would be {en_way}." if en_way else "") + (f" If you agree: {en_worth}." if en_worth else "")
    return Pair(
        Words("是否同意调解，由您决定", f"调解要各方自愿，不收费；任何一方不同意就不调解。{zh_more}{zh_due}"),
        Words(
            "Mediation is your choice",
            "It needs everybody's consent and costs nothing; if one side says no, it does not happen."
            f"{en_more}{en_due}",
        ),
    )


def _session_planned(said: Particulars) -> Pair:
    zh_when, en_when = until(said.starts_at, "时间：{at}。", "It begins at {at}.")
    return Pair(
        Words("调解时间已定", f"{zh_when}不能来请提前说明，可以改期。"),
        Words("A session is planned", f"{en_when.strip()} If you cannot come, say so before; it can be moved.".strip()),
    )


def _agreement_to_sign(said: Particulars) -> Pair:
    return Pair(
        Words("协议等您看过再签", "请逐条看清楚，有不明白的先问调解员。您签字以后才对您生效。"),
        Words("An agreement is ready to read", "Read every term and ask first. It binds you only once you sign."),
    )


def _agreement_in_effect(said: Particulars) -> Pair:
    zh, en = EFFECTS[said.effect] if said.effect else ("双方应当履行", "both sides have to keep it")
    zh_due, en_due = until(said.due, "最早一项在 {at} 前履行。", "The first duty is due by {at}.")
    return Pair(
        Words("协议已生效", f"各方都已签字。{zh}。{zh_due}我们会一直跟踪到履行完。"),
        Words("The agreement is in effect", f"Everybody signed; {en}.{en_due} We follow it until it is performed."),
    )


def _duty_warned(said: Particulars) -> Pair:
    zh_due, en_due = until(said.due, "请在 {at} 前做到；", "It has to be done by {at}.")
    return Pair(
        Words(
            "约定的事快到期了",
            f"协议里有一项约定快要到期。{zh_due}已经做到的，请对方在这里确认。有困难请提前告诉调解员，可以商量。",
        ),
        Words(
            "Something agreed is due soon",
            f"One duty of the agreement is due soon.{en_due} If it is done, the other side confirms it here. "
            "If it is difficult, tell the mediator before.",
        ),
    )


def _duty_defaulted(said: Particulars) -> Pair:
    zh_due, en_due = until(said.missed, "应当在 {at} 前履行。", "It was due by {at}.")
    zh, en = RUNGS[said.effect] if said.effect else ("可以向法院起诉", "a suit is open")
    return Pair(
        Words(
            "约定的事到期没有做到", f"协议里有一项约定到期没有确认履行。{zh_due}下一步：{zh}。需要帮忙可以拨打 12348。"
        ),
        Words(
            "Something agreed was not done in time",
            f"One duty of the agreement was not confirmed in time.{en_due} Next: {en}. Legal aid: 12348.",
        ),
    )


def _outcome(said: Particulars) -> Pair:
    zh, en = OUTCOMES[said.outcome] if said.outcome else ("已经有结果", "there is a result")
    zh_more, en_more = DETAILS.get(said.detail, ("", "")) if said.detail else ("", "")
    zh_duty = f"还有 {said.duties} 项约定等待履行，我们会跟踪。" if said.duties else ""
    en_duty = f" {said.duties} duties are still to be performed; we follow them." if said.duties else ""
    zh_ask, en_ask = until(
        said.rating_due,
        "请在 {at} 前告诉我们您是否满意；不满意会换人重新办。",
        "Please tell us by {at} whether you are satisfied; if not, somebody else takes it up again.",
    )
    return Pair(
        Words("有结果了", f"{zh_more + '，' if zh_more else ''}{zh}。{zh_duty}{zh_ask}"),
        Words("There is a result", f"{en.capitalize()}{f' ({en_more})' if en_more else ''}.{en_duty}{en_ask}"),
    )


def _promise_missed(said: Particulars) -> Pair:
    zh_old, en_old = until(
        said.missed, "我们答应 {at} 前办到，没有做到，对不起。", "We promised it by {at} and failed."
    )
    zh_new, en_new = until(
        said.due, "新的期限是 {at}，已经报告上一级督办。", "The new time is {at}; it was reported upward."
    )
    return Pair(
        Words("我们误了期限", f"{zh_old}{zh_new or '已经报告上一级督办。'}"),
        Words("We are late", f"{en_old.strip()}{en_new or ' It was reported upward.'} We are sorry.".strip()),
    )


def _reopened(said: Particulars) -> Pair:
    zh, en = REOPENINGS.get(said.reason, ("", "")) if said.reason else ("", "")
    return Pair(
        Words("已经重新办理", f"{zh + '，' if zh else ''}这件诉求换人重新办理，编号不变。"),
        Words("Taken up again", f"{(en + '; ') if en else ''}somebody else handles it now. The code stays the same."),
    )


def _archived(said: Particulars) -> Pair:
    return Pair(
        Words("已归档", "这件诉求已经办完并归档。如果有新的情况，可以要求重开。"),
        Words("On file", "This request is finished and filed. If there are new facts, it can be reopened."),
    )


def _linked(said: Particulars) -> Pair:
    return Pair(
        Words(
            "已与同一事项合并办理",
            "您的诉求已与同一事项合并办理，编号不变，您写的内容都保留。有结果会单独告诉您，由您单独评价；"
            "您认为不是同一件事，请补充说明，可以分开办理。",
        ),
        Words(
            "It goes on together with the same matter",
            "Your request keeps its code and your words. You are told the result and asked for your verdict yourself. "
            "If it is not the same matter, say so: it can be parted again.",
        ),
    )


def _link_undone(said: Particulars) -> Pair:
    return Pair(
        Words("已恢复单独办理", "您的诉求不再与其他诉求合并，已经重新单独办理，编号不变。"),
        Words("It goes on by itself again", "Your request is handled by itself again. The code stays the same."),
    )


_WORDS: dict[About, Callable[[Particulars], Pair]] = {
    About.RECEIVED: _received,
    About.DANGER: _danger,
    About.ROUTED: _routed,
    About.SIGNED: _signed,
    About.FIRST_RESPONSE: _first_response,
    About.INFO_REQUESTED: _info("请补充材料", "Papers are missing"),
    About.INFO_REMINDED: _info("提醒：材料还没有收到", "A reminder: papers are missing"),
    About.NOT_ACCEPTED: _not_accepted,
    About.WITHDRAWN: _withdrawn,
    About.CONSENT_ASKED: _consent_asked,
    About.SESSION_PLANNED: _session_planned,
    About.AGREEMENT_TO_SIGN: _agreement_to_sign,
    About.AGREEMENT_IN_EFFECT: _agreement_in_effect,
    About.DUTY_WARNED: _duty_warned,
    About.DUTY_DEFAULTED: _duty_defaulted,
    About.OUTCOME: _outcome,
    About.PROMISE_MISSED: _promise_missed,
    About.REOPENED: _reopened,
    About.ARCHIVED: _archived,
    About.LINKED: _linked,
    About.LINK_UNDONE: _link_undone,
    **CASE_WORDS,
}
