"""What a paper is made of: plain data, from which the same paper can be set again and whose commitment proves it.

The commitment is an HMAC under the salt of the record that the paper shows; nobody without that salt can try texts.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import rfc8785

from services.mediation.agreements.agreementfile import AgreementFile
from services.mediation.papers import words
from shared.contracts.codes import Channel, Effect, Product, State
from shared.kernel import BUREAU_ZONE, Digest, value

Inputs = dict[str, Any]

UNSIGNED: Final = frozenset({State.DRAFTED, State.VOID})


@value
class RecordMark:
    """The record behind a paper: what the mark on it leads to."""

    record: UUID
    commitment: Digest
    salt: bytes


def commitment_of(inputs: Mapping[str, Any], salt: bytes) -> Digest:
    """The same for the same words, dates and record."""
    return Digest(hmac.new(salt, rfc8785.dumps(dict(inputs)), hashlib.sha256).hexdigest())


def receipt_url(origin: str, record: UUID, commitment: Digest) -> str:
    """The page that looks the record up in the log and compares."""
    return f"{origin.rstrip('/')}/verify?{urlencode({'record': str(record), 'commitment': commitment})}"


def mark_of(origin: str, behind: RecordMark) -> dict[str, str]:
    return {
        "record": str(behind.record),
        "commitment": behind.commitment,
        "url": receipt_url(origin, behind.record, behind.commitment),
    }


def agreement_inputs(file: AgreementFile, channel: Channel, origin: str, behind: RecordMark) -> Inputs:
    product, effect = Product(file.product), Effect(file.effect)
    sides = words.sides_of(signature.party for signature in file.signatures)
    dated = (file.in_effect_at or file.drafted_at).astimezone(BUREAU_ZONE).date()
    unsigned = State(file.state) in UNSIGNED
    return {
        "title": words.TITLES[product],
        "dated": parts_of(dated),
        "foot": f"{words.TITLES[product]} {_number(file.agreement_id)}",
        "draft_note": f"第 {file.draft} 稿，各方签名后生效" if unsigned else None,
        "head": [
            ["编号", _number(file.agreement_id)],
            ["诉求编号", str(file.request_id)],
            ["调解方式", words.CHANNELS[channel]],
            ["当事人", _sides(tuple(sides.values()))],
            ["起草时间", words.moment(file.drafted_at)],
            ["生效时间", words.moment(file.in_effect_at) if file.in_effect_at else "尚未生效"],
        ],
        "terms": file.terms or words.GONE,
        "duties": words.rows_of(file.duties, sides),
        "worth": words.WORTH[effect],
        "signatures": [_signature(sides[each.party], each.at, each.how) for each in file.signatures],
        "mark": mark_of(origin, behind),
    }


def _sides(names: tuple[str, ...]) -> str:
    return "；".join(f"{name}（姓名）" + "＿" * 8 for name in names)


def _signature(side: str, at: Any, how: str | None) -> list[str]:
    ways = {
        "signed_in": "登录后本人签署",
        "code_pin": "凭查询码和密码本人签署",
        "paper": "在纸上签名，由调解人员登记",
        "oral_recorded": "口头同意，有记录",
        "phone_recorded": "电话同意，有录音",
    }
    return [side, ways.get(how or "", ""), words.moment(at) if at else "（签名、日期）"]


def _number(agreement: UUID) -> str:
    return str(agreement).split("-")[0].upper()


def parts_of(when: date) -> list[int]:
    return [when.year, when.month, when.day]
