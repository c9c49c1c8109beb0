"""What may stand in a group, judged by its words before anybody reads them."""

import pytest

from services.workorders.groups.rules.publishable import Leak, leaks_in


@pytest.mark.parametrize(
    ("words", "leak"),
    [
        ("看到请打13800000001", Leak.PHONE),
        ("电话 138 0000-0001", Leak.PHONE),
        ("１３８００００００１１", Leak.PHONE),
        ("座机0319-4560110", Leak.PHONE),
        ("身份证990000199001011230", Leak.ID_NUMBER),
        ("冀E12345堵住了通道", Leak.PLATE),
        ("冀 e·D1234挪走了", Leak.PLATE),
        ("张某的家里人已被告诫", Leak.NAME),
        ("老人姓周", Leak.NAME),
        ("李先生已经道歉", Leak.NAME),
        ("住在北边那栋", Leak.ADDRESS),
        ("3单元门口", Leak.ADDRESS),
        ("老人患有痴呆", Leak.HEALTH),
        ("卡号6222000000000000000", Leak.ACCOUNT),
        ("详情见www.example.test", Leak.LINK),
    ],
)
def test_words_that_lead_to_a_person_are_found(words: str, leak: Leak) -> None:
    assert leak in leaks_in(words)


@pytest.mark.parametrize(
    "words",
    [
        "蓝色外套，灰裤子，白发，走路慢",
        "白发老大爷，黄上衣，拄拐杖",
        "南门消防通道已清理，乱停的车都已挪走，3月18日起每天巡查两次。",
        "垃圾的来源已查清，当事人已被告诫并保证不再发生。",
        "居住证需要身份证、租房合同，15日内办好（居住证暂行条例）。",
    ],
)
def test_a_plain_description_and_a_plain_result_go_out(words: str) -> None:
    assert leaks_in(words) == ()


def test_a_name_that_is_known_is_found_however_it_is_spaced() -> None:
    assert leaks_in("欧阳 晓梅已经回家", names=("欧阳晓梅",)) == (Leak.NAME,)
    assert leaks_in("已经回家", names=("欧阳晓梅",)) == ()
