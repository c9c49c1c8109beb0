"""What is wrong in a cell, in a sentence that says how to mend it."""

from collections.abc import Mapping

from services.intake.adapters.tables import HEADINGS
from services.intake.batches.facts import Column, Why

NAMES: Mapping[Column, tuple[str, str]] = {
    column: (names[0], names[-1] if names[-1].isascii() else column) for column, names in HEADINGS.items()
}
WORDS: Mapping[Why, tuple[str, str]] = {
    Why.MISSING: ("请填写{name}", "Please fill in: {name}"),
    Why.TOO_LONG: ("{name}太长，请缩短；长的情况说明可以登记以后补充", "{name} is too long; add the rest afterwards"),
    Why.MALFORMED: ("{name}的格式不对，请核对", "{name} is not well formed"),
    Why.CHECK_FAILS: ("{name}校验不对，多半是抄错了一位", "{name} does not check: most likely one figure is wrong"),
    Why.TWICE_IN_BATCH: ("和前面的一行重复，没有再登记", "The same as a row above; it was not filed again"),
    Why.KNOWN_OTHERWISE: ("这个编号以前交来的是另外的内容，请核对", "Something else was sent under this number before"),
    Why.REFUSED: ("这一行没有登记成，请改为单独登记", "This row could not be filed; register it by itself"),
    Why.LOST: (
        "处理中断超过一天，原表已经销毁，请重新交这一行",
        "The table was destroyed after a day; send this row again",
    ),
}


def words_of(column: Column, why: Why, language: str) -> str:
    english = language == "en"
    return WORDS[why][english].format(name=NAMES[column][english])
