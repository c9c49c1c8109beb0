"""Weights as small whole numbers, so that a file is short and the same sums come out everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.routing.fitting import Line

LARGEST_WEIGHT = 300


@dataclass(frozen=True)
class Rounded:
    rows: list[tuple[int, ...]]
    bias: list[int]
    steps: list[float]
    """What one is worth, by head."""


def rounded(line: Line, heads: Sequence[slice]) -> Rounded:
    import numpy as np

    steps = [float(np.abs(line.weights[:, head]).max()) / LARGEST_WEIGHT or 1.0 for head in heads]
    columns = [np.round(line.weights[:, head] / step) for head, step in zip(heads, steps, strict=True)]
    bias = [np.round(line.bias[head] / step) for head, step in zip(heads, steps, strict=True)]
    return Rounded(
        [tuple(row) for row in np.hstack(columns).astype(int).tolist()],
        np.concatenate(bias).astype(int).tolist(),
        steps,
    )


def short(number: float) -> float:
    return float(f"{number:.6g}")
