"""Paper: the same bytes for the same words, whatever people write, and the loop stays free meanwhile."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.mediation.adapters.typesetting import PaperNotSet, Typesetter, qr
from services.mediation.agreements.agreementfile import AgreementFile, DutyFile, GoodsFile, SignatureFile
from services.mediation.papers import words
from services.mediation.papers.inputs import Inputs, RecordMark, agreement_inputs, commitment_of, receipt_url
from shared.contracts.codes import Channel, Effect, Product
from shared.kernel import Digest, PersonId

FATHER, MOTHER = PersonId(UUID(int=0x91)), PersonId(UUID(int=0x92))
SIGNED_AT = datetime(2026, 6, 2, 4, 0, tzinfo=UTC)
BEHIND = RecordMark(UUID(int=0x93), Digest("ab" * 32), b"\x07" * 32)
ORIGIN = "https://lounge.example"


def money(day: date, place: int = 1, times: int = 1, every: str | None = None, series: int | None = None) -> DutyFile:
    return DutyFile(
        duty_id=UUID(int=0xA0 + place),
        kind="money",
        by=FATHER,
        to=MOTHER,
        amount_fen=200_000,
        what_item=None,
        due=day,
        lapses_at=None,
        every=every,
        series=UUID(int=series) if series else None,
        place=place,
        times=times,
    )


YEARLY = [money(date(2026 + place, 6, 2), place + 1, 12, "year", 0xB0) for place in range(12)]


def agreement(terms: str = "一、欠付的抚养费一次付清。\n二、今后每年付 2000 元。", **changes: Any) -> AgreementFile:
    file = AgreementFile(
        agreement_id=UUID(int=0xC0),
        case_id=UUID(int=0xC1),
        request_id=UUID(int=0xC2),
        draft=2,
        state="IN_EFFECT",
        product="PRE_SUIT_AGREEMENT",
        effect="BINDING_CONTRACT",
        terms_item=UUID(int=0xC3),
        terms=terms,
        signatures=[
            SignatureFile(party=MOTHER, signed=True, how="signed_in", at=SIGNED_AT),
            SignatureFile(party=FATHER, signed=True, how="paper", at=SIGNED_AT),
        ],
        duties=YEARLY,
        drafted_at=SIGNED_AT,
        in_effect_at=SIGNED_AT,
        version=4,
    )
    return file.model_copy(update=changes)


def inputs(file: AgreementFile) -> Inputs:
    return agreement_inputs(file, Channel.JM, ORIGIN, BEHIND)


async def paper(file: AgreementFile) -> bytes:
    made = inputs(file)
    data = {**made, "mark": {**made["mark"], "qr": qr(made["mark"]["url"])}}
    return await Typesetter(1).pdf("agreement", data)


async def test_the_same_words_give_the_same_paper() -> None:
    first, second = await paper(agreement()), await paper(agreement())
    assert first == second
    assert first.startswith(b"%PDF-")
    assert b"pdfaid" in first


def test_the_commitment_of_the_inputs_is_reproducible_and_sees_every_change() -> None:
    told = commitment_of(inputs(agreement()), BEHIND.salt)
    assert told == commitment_of(inputs(agreement()), BEHIND.salt)
    assert told != commitment_of(inputs(agreement("各让一步。")), BEHIND.salt)
    assert told != commitment_of(inputs(agreement(duties=YEARLY[:1])), BEHIND.salt)
    assert told != commitment_of(inputs(agreement()), b"\x08" * 32)


@pytest.mark.parametrize("name", ["𠮷田", "张𫗊", "😀好的", "\ue000", "a\u200bb", "①½㸃龘"])
async def test_a_rare_character_never_stops_a_paper(name: str) -> None:
    assert (await paper(agreement(f"{name}付清欠款。"))).startswith(b"%PDF-")


async def test_many_rare_characters_never_stop_a_paper() -> None:
    rare = "，".join(chr(0x20000 + place * 7) for place in range(60))
    assert (await paper(agreement(rare))).startswith(b"%PDF-")


async def test_what_people_write_is_words_and_never_typesetting() -> None:
    strange = '#read("/etc/passwd") $x$ *粗* _斜_ <b> \\ "引号" [括号] // 注释\n= 标题'
    assert (await paper(agreement(strange))).startswith(b"%PDF-")


async def test_a_broken_template_is_our_defect_and_says_so() -> None:
    with pytest.raises(PaperNotSet):
        await Typesetter(1).pdf("agreement", {"title": "没有别的"})


async def test_the_loop_goes_on_while_a_long_paper_is_set() -> None:
    long = asyncio.ensure_future(paper(agreement("各让一步，今后和睦相处。" * 1500)))
    turns = 0
    while not long.done():
        turns += 1
        await asyncio.sleep(0.001)
    assert (await long).startswith(b"%PDF-")
    assert turns > 5


def test_a_yearly_duty_is_one_row_that_says_how_much_it_comes_to() -> None:
    (row,) = words.rows_of(YEARLY, {FATHER: "乙方", MOTHER: "甲方"})
    assert row == [
        "1",
        "乙方对甲方",
        "每年付 2,000.00 元，共 12 次，合计 24,000.00 元",
        "2026 年 6 月 2 日起\n至 2037 年 6 月 2 日",
    ]


def test_goods_are_counted_in_their_own_unit() -> None:
    duty = money(date(2026, 6, 2)).model_copy(
        update={
            "kind": "goods",
            "amount_fen": None,
            "what": "座椅套",
            "goods": GoodsFile(item=None, count=2000, unit="set"),
        }
    )
    assert words.what(duty) == "交付 2,000 套座椅套"


def test_words_that_were_destroyed_are_shown_as_such() -> None:
    assert inputs(agreement(terms=None))["terms"] == words.GONE  # type: ignore[arg-type]


def test_a_draft_says_that_it_is_one() -> None:
    assert inputs(agreement())["draft_note"] is None
    assert "第 2 稿" in str(inputs(agreement(state="DRAFTED", in_effect_at=None))["draft_note"])


def test_every_product_and_every_effect_has_words() -> None:
    assert set(words.TITLES) == set(Product) - {Product.CONFIRMATION_RULING}
    assert set(words.WORTH) == set(Effect)


def test_the_mark_leads_to_the_page_that_compares() -> None:
    assert receipt_url("https://lounge.example/", BEHIND.record, BEHIND.commitment) == (
        f"https://lounge.example/verify?record={BEHIND.record}&commitment={'ab' * 32}"
    )
    assert qr("https://lounge.example/verify").startswith("<svg")
