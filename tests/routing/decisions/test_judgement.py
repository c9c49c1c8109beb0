import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.adapters.classifier import (
    NO_MODEL,
    SHIPPED_MODEL,
    Classifier,
    ModelFile,
    UnfitModel,
    classifier_at_hand,
    load_classifier,
    model_of,
)
from services.routing.decisions.features import LONGEST_NGRAM, OPENING, Part, folded
from services.routing.decisions.judgement import Judgement
from services.routing.decisions.word_groups import GROUPS
from services.routing.examples import SEEDS
from services.routing.fitting import NAME_INITIALS
from shared.contracts.codes import Category, Channel, Flag, Police, Priority

LEAK = ("楼上漏水不赔", "楼上漏水把我家天花板泡坏，找了三次都不肯赔偿，请帮忙调解。")


@pytest.fixture(scope="module")
def desk() -> Classifier:
    return load_classifier()


@pytest.fixture(scope="module")
def file() -> ModelFile:
    return ModelFile.model_validate_json(SHIPPED_MODEL.read_bytes())


@pytest.mark.parametrize(
    ("title", "text", "category", "channel"),
    [
        ("小区门口夜市占道", "每晚摊贩占道经营，车辆无法通行，请城管和交警整治。", Category.URB, None),
        ("楼下酒吧半夜放音响", "酒吧音响噪音扰民，凌晨两点还在唱歌，报警后又开。", Category.PSO, Channel.DSP),
        ("请问护照怎么办理", "咨询首次办护照需要什么材料？", Category.INQ, Channel.BOT),
        ("开发商延期交房", "开发商延期交房一年，不肯退房款和违约金，业主维权无门。", Category.DIS, Channel.IM),
        ("公交线路调整建议", "建议增加公交班次，早高峰等车时间太长。", Category.COM, Channel.XFER),
        ("举报棋牌室聚众赌博", "有人开设赌场聚众赌博抽水，请公安机关查处。", Category.CRM, Channel.CASE),
    ],
)
def test_plain_messages_are_judged_as_a_duty_officer_would(
    desk: Classifier, title: str, text: str, category: Category, channel: Channel | None
) -> None:
    judgement = desk.judge(title, text)
    assert judgement.category.label == category
    assert channel is None or judgement.channel.label == channel


def test_labels_are_the_codes_of_the_domain(file: ModelFile) -> None:
    codes = {"category": Category, "priority": Priority, "police": Police, "channel": Channel}
    for head in file.heads:
        assert set(head.labels) <= {code.value for code in codes[head.field]}
    assert {head.field for head in file.heads} == set(codes)


def test_the_carrying_words_lie_in_what_was_typed(desk: Classifier) -> None:
    title, text = LEAK
    words = desk.judge(title, text).words
    assert 1 <= len(words) <= 5
    assert any("漏水" in (title if word.field is Part.TITLE else text)[word.start : word.end] for word in words)


def test_without_a_title_the_first_words_stand_in_its_place_and_are_marked_where_they_were_typed(
    desk: Classifier,
) -> None:
    text = " 隔壁翻修院墙，往我家这边挪了一尺多，说了几次都不听，请来调解"
    untitled = desk.judge("", text)
    assert untitled.words
    assert {span.field for span in untitled.words} == {Part.TEXT}
    assert len({(span.start, span.end) for span in untitled.words}) == len(untitled.words)
    assert untitled.category == desk.judge(text[:OPENING], text).category


def test_offsets_survive_blanks_and_full_width_letters(desk: Classifier) -> None:
    judgement = desk.judge("楼 上　漏\n水", "ＫＴＶ 噪 音")
    plain = desk.judge("楼上漏水", "ktv噪音")
    assert judgement.category == plain.category
    for word in judgement.words:
        typed = "楼 上　漏\n水" if word.field is Part.TITLE else "ＫＴＶ 噪 音"
        assert folded(typed[word.start : word.end])


@given(title=st.text(max_size=30), text=st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_any_message_gets_a_judgement_whose_words_lie_in_it(title: str, text: str) -> None:
    judgement = DESK.judge(title, text)
    for word in judgement.words:
        typed = title if word.field is Part.TITLE else text
        assert 0 <= word.start < word.end <= len(typed)
        assert word.weight > 0
    for choice in (judgement.category, judgement.priority, judgement.police, judgement.channel):
        assert 0 <= choice.second_confidence <= choice.confidence <= 1000
        assert choice.label != choice.second


DESK = load_classifier()


def test_the_same_message_is_judged_the_same(desk: Classifier) -> None:
    judgements: set[Judgement] = {desk.judge(*LEAK) for _ in range(3)} | {load_classifier().judge(*LEAK)}
    assert len(judgements) == 1


def test_an_empty_message_goes_to_a_person(desk: Classifier) -> None:
    assert desk.judge("", "").needs_person


def test_a_label_that_was_hardly_ever_seen_goes_to_a_person(desk: Classifier) -> None:
    judgement = desk.judge("感谢民警", "感谢派出所民警，服务热情，给你们点赞送锦旗")
    assert judgement.category.label == Category.FBK
    assert judgement.needs_person


def test_a_clear_message_of_a_common_kind_needs_no_person(desk: Classifier) -> None:
    assert not desk.judge("公园绿化建议", "建议公园多种一些树，增加健身器材，希望园林部门考虑。").needs_person


def test_keyword_groups_raise_the_flags_with_few_labels(desk: Classifier) -> None:
    assert Flag.WAGE in desk.judge("讨薪", "包工头拖欠农民工工资").flags
    assert Flag.NO_ID in desk.judge("落户", "我从小没有户口").flags
    assert desk.judge("路灯不亮", "请修路灯").flags == ()


def test_the_model_is_small_and_keeps_nothing_that_could_be_a_name_or_a_number(file: ModelFile) -> None:
    assert SHIPPED_MODEL.stat().st_size <= 10_000_000
    grams = {*file.title.ngrams, *file.text.ngrams}
    assert max(map(len, grams)) <= LONGEST_NGRAM <= 3
    assert not [gram for gram in grams if not re.fullmatch(r"[\u4e00-\u9fff?]+", gram)]
    assert not [gram for gram in grams if len(gram) > 1 and gram[0] in NAME_INITIALS]


def test_a_model_of_other_word_groups_is_refused(file: ModelFile) -> None:
    with pytest.raises(UnfitModel):
        model_of(file.model_copy(update={"word_groups": "of another version"}))


def test_a_model_with_a_broken_row_is_refused(file: ModelFile) -> None:
    broken = file.title.model_copy(update={"groups": dict.fromkeys(GROUPS, (0,))})
    with pytest.raises(UnfitModel):
        model_of(file.model_copy(update={"title": broken}))


def test_seeds_carry_codes_only_and_no_numbers() -> None:
    rows = [json.loads(line) for line in SEEDS.read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 140
    for row in rows:
        assert row["category"] in set(Category)
        assert row["channel"] in set(Channel)
        assert not re.search(r"\d{4}", row["title"] + row["text"])


UNFIT: dict[str, bytes | None] = {
    "absent": None,
    "empty": b"",
    "cut off": SHIPPED_MODEL.read_bytes()[:50_000],
    "of another form": b'{"format":0,"word_groups":"","heads":[],"flags":[],"title":{},"text":{}}',
    "of other codes": SHIPPED_MODEL.read_bytes().replace(b'"PSO"', b'"QQQ"', 1),
    "of other fields": SHIPPED_MODEL.read_bytes().replace(b'"field":"police"', b'"field":"channel"', 1),
}


@pytest.mark.parametrize("content", UNFIT.values(), ids=UNFIT.keys())
def test_without_a_fit_model_words_still_raise_flags_and_people_decide(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    if content is not None:
        file.write_bytes(content)
    model, version = classifier_at_hand(file)
    judgement = model.judge("讨薪", "包工头拖欠农民工工资")
    assert judgement.needs_person
    assert judgement.flags == (Flag.WAGE,)
    assert version == NO_MODEL


def test_the_shipped_model_is_at_hand() -> None:
    model, version = classifier_at_hand(SHIPPED_MODEL)
    assert isinstance(model, Classifier)
    assert version != NO_MODEL
