"""Where a party can turn when mediation failed or an agreement was broken, in plain words (R-04, R-10, R-13, R-25)."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict

from services.mediation.agreements.agreementfile import AgreementFile
from services.mediation.agreements.state import Confirming
from services.mediation.cases.casefile import CaseFile
from shared.contracts.codes import Effect, Outcome

WORDS: Final = Path(__file__).with_name("advice.yaml")
AFTER_DEFAULT: Final = {
    Effect.ENDS_PENALTY: ("penalty_procedure", "suit", "legal_aid"),
    Effect.BINDING_CONTRACT: ("suit_on_agreement", "legal_aid"),
    Effect.ORDINARY_CONTRACT: ("suit_on_contract", "legal_aid"),
    Effect.ENFORCEABLE: ("enforcement", "legal_aid"),
}


class Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    detail: str


class Way(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    zh: Plain
    en: Plain


class Advice(BaseModel):
    way: str
    title: str
    detail: str
    rule: str


@cache
def ways() -> dict[str, Way]:
    told = yaml.load(WORDS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {name: Way.model_validate(way) for name, way in told.items()}


def advice(case: CaseFile, paper: AgreementFile | None) -> tuple[str, ...]:
    """What is open to the parties now: after a failure the ways they were told, after a default what the paper is
    worth, and while it lasts the joint application."""
    found: list[str] = []
    if paper is not None and any(duty.state == "defaulted" for duty in paper.duties):
        found += AFTER_DEFAULT[Effect(paper.effect)]
    elif case.outcome == Outcome.FAILED:
        found += case.other_ways or ("suit", "legal_aid")
    confirmation = paper.confirmation if paper is not None and paper.in_effect_at is not None else None
    if confirmation is not None and confirmation.state == Confirming.NOT_ASKED:
        found.append("confirmation")
    return tuple(dict.fromkeys(found))


def in_words(found: Iterable[str], language: str) -> list[Advice]:
    told = ((name, ways()[name]) for name in found)
    return [
        Advice(way=name, **(way.en if language == "en" else way.zh).model_dump(), rule=way.rule) for name, way in told
    ]
