"""The embedding head: what a message means as a whole, weighed with what its words said."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.routing.decisions.judgement import (
    Bar,
    Judgement,
    Model,
    Scored,
    SecondHead,
    concluded,
    shared_out,
)

LEAST_SHARE = 1e-6


def second_opinion(model: Model, scored: Scored, vector: Sequence[float]) -> Judgement:
    """Its own thresholds decide whether a person is still asked."""
    return concluded(model, rescored(model, scored, vector), second_thresholds(model))


def second_thresholds(model: Model) -> Mapping[str, Bar]:
    return {head.field: head.threshold for head in model.second}


def rescored(model: Model, scored: Scored, vector: Sequence[float]) -> Scored:
    shares = dict(scored.shares)
    for head in model.second:
        shares[head.field] = _weighed(head, scored.shares[head.field], vector)
    return replace(scored, shares=shares)


def _weighed(head: SecondHead, first: Mapping[str, float], vector: Sequence[float]) -> Mapping[str, float]:
    heard = [
        head.trust * math.log(max(first[label], LEAST_SHARE)) + head.scale * (bias + _dot(vector, column))
        for label, bias, column in zip(first, head.bias, zip(*head.rows, strict=True), strict=True)
    ]
    return shared_out(tuple(first), heard)


def _dot(vector: Sequence[float], column: Sequence[int]) -> float:
    return math.fsum(each * weight for each, weight in zip(vector, column, strict=True))
