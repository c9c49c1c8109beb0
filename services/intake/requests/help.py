"""What somebody in danger reads before anything else. It is data of the door: no other service has to be up."""

from typing import NamedTuple

from shared.contracts.danger import DangerKind

POLICE, AMBULANCE, FIRE, LISTENING = "110", "120", "119", "12356"
"""12356: the national psychological help line."""


class Help(NamedTuple):
    numbers: tuple[str, ...]
    zh: str
    en: str


HELP: dict[DangerKind, Help] = {
    DangerKind.SUICIDE: Help(
        (POLICE, LISTENING, AMBULANCE),
        "您现在的安全最要紧。请马上拨打 110 或 12356，说出您在哪里；身边有人的话，请让他陪着您。",
        "Your safety comes first. Call 110 or 12356 now and say where you are; let somebody stay with you.",
    ),
    DangerKind.MISSING: Help(
        (POLICE,),
        "请马上拨打 110，说清走失的人最后在哪里、穿什么衣服；不用等 24 小时。",
        "Call 110 now: where the person was last seen, and what they wear. There is no need to wait 24 hours.",
    ),
    DangerKind.VIOLENCE_NOW: Help(
        (POLICE, AMBULANCE),
        "请先离开危险的地方，马上拨打 110；不方便说话就发短信到 12110。有人受伤打 120。",
        "Get away first and call 110; if you cannot speak, send a text to 12110. For the injured, 120.",
    ),
    DangerKind.TRAPPED: Help(
        (FIRE, POLICE),
        "请马上拨打 119 或 110，说清被困的位置和人数；省着用手机电量，保持通话。",
        "Call 119 or 110 now: where you are and how many. Save your battery and stay on the line.",
    ),
    DangerKind.FIRE: Help(
        (FIRE, POLICE),
        "请先离开，再拨打 119；燃气泄漏不要开关电器，不要在屋里打电话。",
        "Get out first, then call 119. With leaking gas touch no switch and do not phone indoors.",
    ),
    DangerKind.CHILD_HARM: Help(
        (POLICE,),
        "请马上拨打 110。孩子的安全最要紧，怀疑就可以报，不需要证据。",
        "Call 110 now. The child's safety comes first; a suspicion is enough, no proof is needed.",
    ),
    DangerKind.FRAUD_NOW: Help(
        (POLICE, "96110"),
        "请立刻停止转账，马上拨打 110 或 96110；已经转出的，越早报案越可能止付。",
        "Stop the transfer and call 110 or 96110 now. The sooner you report, the likelier it can be stopped.",
    ),
    DangerKind.MEDICAL: Help(
        (AMBULANCE, POLICE),
        "请马上拨打 120，说清地址和症状；身边有人的话，让他到路口接车。",
        "Call 120 now: the address and what is wrong. Let somebody meet the ambulance at the road.",
    ),
}


def help_for(kinds: tuple[DangerKind, ...], language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Numbers in the order of need, each once, and one sentence for each kind of danger."""
    chosen = [HELP[kind] for kind in dict.fromkeys(kinds)]
    numbers = tuple(dict.fromkeys(number for each in chosen for number in each.numbers))
    return numbers, tuple(each.en if language == "en" else each.zh for each in chosen)
