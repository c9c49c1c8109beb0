"""What may stand in a group. R-37: no more than is needed. R-45: nobody is named, and nothing leads to a person.

The words that somebody typed are looked at here, before they are sealed; deciders learn only what was found.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final


class Leak(StrEnum):
    """What leads to a person."""

    PHONE = "phone"
    ID_NUMBER = "id_number"
    PLATE = "plate"
    NAME = "name"
    ADDRESS = "address"
    HEALTH = "health"
    ACCOUNT = "account"
    LINK = "link"


PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤葛樊齐路牛"
)
SHAPES: Final[Mapping[Leak, re.Pattern[str]]] = {
    Leak.ID_NUMBER: re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)"),
    Leak.PHONE: re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)"),
    Leak.ACCOUNT: re.compile(r"(?<!\d)\d{16}(?!\d)|(?<!\d)\d{19}(?!\d)"),
    Leak.PLATE: re.compile(rf"[{PROVINCES}][A-Z]·?(?=[A-Z0-9]*\d)[A-Z0-9]{{5,6}}(?![A-Z0-9])"),
    Leak.NAME: re.compile(
        rf"[{SURNAMES}](?:某|先生|女士|小姐|大爷|大妈)|(?:姓名|名叫|叫做|叫作)[::]?[{SURNAMES}]|姓[{SURNAMES}]"
    ),
    Leak.ADDRESS: re.compile(r"\d+(?:单元|室|门牌)|[一二三四五六七八九十]单元|\d+-\d+-\d+|家住|住在"),
    Leak.HEALTH: re.compile(
        "精神病|精神分裂|抑郁症|双相|痴呆|阿尔茨海默|老年痴呆|艾滋|梅毒|肝炎|癌|肿瘤|癫痫|智力残疾|自闭症|确诊|患有"
    ),
    Leak.LINK: re.compile(r"https?:|www\.|[\w.]+@[\w.]+"),
}
SPACES: Final = re.compile(r"[\s\u200b-\u200f·•]+")
SEPARATED: Final = re.compile(r"(?<=\d)[\s\-—–_.·]+(?=\d)")


def leaks_in(text: str, names: Collection[str] = ()) -> tuple[Leak, ...]:
    """R-45. What in these words leads to a person: by shape, or because it is one of `names`."""
    # Full-width digits and digits with blanks between them are read as people read them.
    plain = unicodedata.normalize("NFKC", text)
    closed = SEPARATED.sub("", plain)
    tight = SPACES.sub("", plain.upper())
    found = {leak for leak, shape in SHAPES.items() if any(shape.search(form) for form in (plain, closed, tight))}
    if any(name in tight for given in names if len(name := SPACES.sub("", given.upper())) > 1):
        found.add(Leak.NAME)
    return tuple(sorted(found))
