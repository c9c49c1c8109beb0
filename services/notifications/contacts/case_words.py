"""What is told of a mediation on its way: its limits, its lead, its broken duties, its confirmation, legal aid."""

from collections.abc import Callable, Mapping
from typing import Final

from services.notifications.contacts.facts import About, Particulars, Rung
from services.notifications.contacts.wording import CHANNELS, Pair, Words, until
from shared.contracts.codes import Effect
from shared.kernel import ClockId

EFFECTS: Final = {
    Effect.ENDS_PENALTY: ("履行后，公安机关不再处罚", "once performed, the police impose no penalty"),
    Effect.BINDING_CONTRACT: ("协议有法律约束力，双方应当履行", "the agreement binds both sides in law"),
    Effect.ORDINARY_CONTRACT: ("协议有合同效力", "the agreement is a contract"),
    Effect.ENFORCEABLE: ("不履行的，可以申请法院强制执行", "if broken, a court can enforce it"),
}
LIMITS: Final = {
    ClockId("CL-022"): ("首次公安调解", "the first police mediation"),
    ClockId("CL-023"): ("第二次公安调解", "the second police mediation"),
    ClockId("CL-025"): ("治安案件办案期限", "the time of the violation case"),
    ClockId("CL-026"): ("延长后的办案期限", "the longer time of the violation case"),
    ClockId("CL-027"): ("治安案件办案期限（旧法）", "the time of the violation case under the former law"),
    ClockId("CL-028"): ("延长后的办案期限（旧法）", "the longer time of the violation case under the former law"),
    ClockId("CL-029"): ("人民调解期限", "the time of people's mediation"),
    ClockId("CL-035"): ("诉前调解期限", "the time of mediation before filing"),
    ClockId("CL-036"): ("委托调解期限", "the time the court gave"),
    ClockId("CL-037"): ("委托调解期限", "the time the court gave"),
    ClockId("CL-038"): ("在线调解定主持人的期限", "the time to name who hosts on line"),
    ClockId("CL-039"): ("在线调解主持人答应的期限", "the time for the host to accept"),
    ClockId("CL-040"): ("在线调解期限", "the time of mediation on line"),
    ClockId("CL-041"): ("劳动争议调解期限", "the time of labour mediation"),
    ClockId("CL-046"): ("共同申请交通事故调解的期限", "the time to apply together for traffic mediation"),
    ClockId("CL-047"): ("交通事故调解期限", "the time of traffic mediation"),
}
RUNGS: Final = {
    Rung.GRID: ("网格", "the grid"),
    Rung.VILLAGE: ("村（居）调解委员会", "the village committee"),
    Rung.STATION: ("派出所", "the station"),
    Rung.TOWNSHIP_CENTRE: ("乡镇综治中心", "the township centre"),
    Rung.LOUNGE: ("汇客厅", "the lounge"),
    Rung.COURT: ("法院", "the court"),
    Rung.ENFORCEMENT: ("法院执行", "enforcement by the court"),
}


def _limit(said: Particulars) -> tuple[str, str]:
    return LIMITS.get(said.clock, ("调解期限", "the time")) if said.clock else ("调解期限", "the time")


def _limit_warned(said: Particulars) -> Pair:
    zh, en = _limit(said)
    zh_due, en_due = until(said.due, "最晚到 {at}。", "It ends {at}.")
    return Pair(
        Words("调解期限快到了", f"{zh}快要到了。{zh_due}还谈不成的，会告诉您别的办法。"),
        Words("The time of mediation ends soon", f"This is about {en}.{en_due} If it fails, other ways are told."),
    )


def _limit_breached(said: Particulars) -> Pair:
    zh, en = _limit(said)
    zh_due, en_due = until(said.due, "应当在 {at} 前。", "It ended {at}.")
    return Pair(
        Words("调解期限已经过了", f"{zh}已经过了。{zh_due}请看法律上的下一步。"),
        Words("The time of mediation is over", f"This is about {en}.{en_due} See the next legal step."),
    )


def _handed_over(said: Particulars) -> Pair:
    """Who had agreed to a mediation of the same law is not asked again."""
    zh_way, en_way = CHANNELS[said.channel] if said.channel else ("另一种调解", "another mediation")
    zh, en = EFFECTS[said.effect] if said.effect else ("", "")
    return Pair(
        Words("换了一种调解", f"这件纠纷以后由{zh_way}继续办，编号不变。{f'谈成以后，{zh}。' if zh else ''}"),
        Words(
            "Another mediation goes on",
            f"From here on it is {en_way}; the code stays the same.{f' If you agree: {en}.' if en else ''}",
        ),
    )


def _penalty_due(said: Particulars) -> Pair:
    zh_due, en_due = until(said.due, "办案期限到 {at}。", "Its time ends {at}.")
    return Pair(
        Words(
            "协议没有履行，公安机关依法继续处理",
            f"约定没有做到，这件治安案件依法继续处理。{zh_due}民事赔偿可以向法院起诉；法律援助电话 12348。",
        ),
        Words(
            "Not performed: the violation case goes on",
            f"What was agreed was not done, so the police go on with the case.{en_due} "
            "Damages can be claimed in court; legal aid 12348.",
        ),
    )


def _default_climbed(said: Particulars) -> Pair:
    zh, en = RUNGS[said.rung] if said.rung else ("上一级", "the next rung")
    return Pair(
        Words("没有做到的约定，已交上一级督促", f"协议里没有做到的一项，现在由{zh}督促。做到了的，请对方在这里确认。"),
        Words(
            "A missed duty was taken up",
            f"What was not done is now with {en}. If it was done, the other side confirms it here.",
        ),
    )


def _confirmation_warned(said: Particulars) -> Pair:
    zh_due, en_due = until(said.due, "最晚到 {at}，", "It ends {at}.")
    return Pair(
        Words(
            "申请司法确认的期限快到了",
            f"双方可以一起请法院确认这份协议，不收费。{zh_due}过了就不能再申请，协议仍然有效。",
        ),
        Words(
            "The time for confirmation ends soon",
            f"Both sides together can ask the court to confirm the agreement, free of charge.{en_due} "
            "After that it cannot be asked; the agreement stays in force.",
        ),
    )


def _confirmation_filed(said: Particulars) -> Pair:
    zh_due, en_due = until(said.due, "法院在 {at} 前决定是否受理。", "The court says by {at} whether it takes it.")
    return Pair(
        Words("已经一起申请司法确认", f"双方的申请已经送到法院。{zh_due}"),
        Words("Confirmation was asked for", f"The application of both sides is at the court.{en_due}"),
    )


def _confirmation_accepted(said: Particulars) -> Pair:
    zh_due, en_due = until(said.due, "{at} 前作出决定。", "It decides by {at}.")
    return Pair(
        Words("法院受理了司法确认申请", f"法院已经受理。{zh_due}"),
        Words("The court took the application", f"The court has accepted it.{en_due}"),
    )


def _confirmation_decided(said: Particulars) -> Pair:
    if said.effect is Effect.ENFORCEABLE:
        return Pair(
            Words("法院确认了协议", "协议已经由法院确认。一方不履行的，另一方可以申请法院强制执行。"),
            Words("The court confirmed it", "If one side does not perform, the other can ask the court to enforce it."),
        )
    return Pair(
        Words("法院没有确认协议", "法院没有确认这份协议。可以重新商量，也可以向法院起诉；法律援助电话 12348。"),
        Words("The court did not confirm it", "You can talk again, or sue; legal aid 12348."),
    )


def _aid_asked(said: Particulars) -> Pair:
    zh_due, en_due = until(said.due, "{at} 前给您决定。", "You will have the decision by {at}.")
    return Pair(
        Words(
            "法律援助申请已经转交",
            f"您的申请已经交给法律援助中心。{zh_due}只告诉您本人，不告诉对方。",
        ),
        Words(
            "Your legal-aid application is on its way", f"The aid centre has it.{en_due} The other side is not told."
        ),
    )


def _aid_granted(said: Particulars) -> Pair:
    zh_due, en_due = until(said.due, "{at} 前给您指派律师。", "A lawyer is assigned by {at}.")
    return Pair(
        Words("同意给您法律援助", f"法律援助中心同意了您的申请。{zh_due}只告诉您本人，不告诉对方。"),
        Words("Legal aid was granted", f"The aid centre said yes.{en_due} The other side is not told."),
    )


def _aid_denied(said: Particulars) -> Pair:
    return Pair(
        Words("没有同意法律援助", "理由请看法律援助中心的说明。不同意可以向司法局提出，也可以自己请律师或者去法院。"),
        Words("Legal aid was not granted", "The aid centre's note says why. You can object, take a lawyer, or sue."),
    )


def _lawyer_assigned(said: Particulars) -> Pair:
    return Pair(
        Words("已经给您指派律师", "法律援助律师会联系您。是谁，请在进度页看。只告诉您本人，不告诉对方。"),
        Words("You have a lawyer", "The legal-aid lawyer will call you; your own page says who it is."),
    )


def _trial_warned(said: Particulars) -> Pair:
    zh_due, en_due = until(said.due, "法院应当在 {at} 前审结。", "The court should judge by {at}.")
    return Pair(
        Words(
            "法院的审理期限快到了",
            f"您起诉的案子，{zh_due}简易程序一般三个月，普通程序一般六个月，都可以依法延长。有裁判以后请在这里告诉我们。",
        ),
        Words("The court's time ends soon", f"This is about the suit.{en_due} Tell us here when it is judged."),
    )


def _trial_overdue(said: Particulars) -> Pair:
    zh_due, en_due = until(said.due, "审理期限到 {at}。", "The court's time ended {at}.")
    return Pair(
        Words(
            "法院的审理期限已经过了",
            f"{zh_due}可以向承办法官了解进展；法院已经延长、中止或者裁判的，请告诉我们。需要帮忙可以拨打 12348。",
        ),
        Words("The court's time is over", f"Ask the judge how it stands, and tell us. Legal aid: 12348.{en_due}"),
    )


CASE_WORDS: Final[Mapping[About, Callable[[Particulars], Pair]]] = {
    About.LIMIT_WARNED: _limit_warned,
    About.LIMIT_BREACHED: _limit_breached,
    About.HANDED_OVER: _handed_over,
    About.PENALTY_DUE: _penalty_due,
    About.DEFAULT_CLIMBED: _default_climbed,
    About.CONFIRMATION_WARNED: _confirmation_warned,
    About.CONFIRMATION_FILED: _confirmation_filed,
    About.CONFIRMATION_ACCEPTED: _confirmation_accepted,
    About.CONFIRMATION_DECIDED: _confirmation_decided,
    About.AID_ASKED: _aid_asked,
    About.AID_GRANTED: _aid_granted,
    About.AID_DENIED: _aid_denied,
    About.LAWYER_ASSIGNED: _lawyer_assigned,
    About.TRIAL_WARNED: _trial_warned,
    About.TRIAL_OVERDUE: _trial_overdue,
}
