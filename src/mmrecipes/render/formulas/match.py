"""Whether two engines drew the same formula: symbols matched as CDM does.

Source: Wang et al. 2024, "CDM: a reliable metric for fair and accurate formula recognition evaluation"
(arXiv 2409.03643): Hungarian assignment with cost 1 for another token, 0.05 per unit of position (boxes relative to
the picture, L1), 0.15 per unit of order; pairs of equal tokens are then kept when a translation with one scale brings
them within 20 px, found by RANSAC in 50 trials, up to 5 rounds, each over what the rounds before left;
F1 = 2 * matched / (left + right). Pairs left over when fewer than three remain are judged by the rounds before, except
in formulas of one or two symbols.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mmrecipes.render.formulas.second import SymbolBox

COST_TOKEN, COST_POSITION, COST_ORDER = 1.0, 0.05, 0.15
RESIDUAL = 20.0
TRIALS, ROUNDS = 50, 5

Floats = npt.NDArray[np.float64]


def similarity(left: Sequence[SymbolBox], right: Sequence[SymbolBox]) -> float:
    """F1 of two drawings, 0..1."""
    if not left or not right:
        return 1.0 if not left and not right else 0.0
    a, b = _array(left), _array(right)
    pairs = [(i, j) for i, j in assigned(left, right, a, b) if left[i].char == right[j].char]
    return (
        2 * _placed(_centres(a)[[i for i, _ in pairs]], _centres(b)[[j for _, j in pairs]]) / (len(left) + len(right))
    )


def assigned(left: Sequence[SymbolBox], right: Sequence[SymbolBox], a: Floats, b: Floats) -> list[tuple[int, int]]:
    """The cheapest pairing of symbols; `a` and `b` are their boxes."""
    from scipy.optimize import linear_sum_assignment

    other = np.array([[s.char != t.char for t in right] for s in left], np.float64)
    place = np.abs(_relative(a)[:, None] - _relative(b)[None]).sum(axis=2)
    order = np.abs(np.linspace(0, 1, len(a))[:, None] - np.linspace(0, 1, len(b))[None])
    rows, columns = linear_sum_assignment(COST_TOKEN * other + COST_POSITION * place + COST_ORDER * order)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _array(symbols: Sequence[SymbolBox]) -> Floats:
    return np.array([s.box for s in symbols], np.float64)


def _centres(boxes: Floats) -> Floats:
    return (boxes[:, :2] + boxes[:, 2:]) / 2


def _relative(boxes: Floats) -> Floats:
    """Boxes relative to the box around all of them."""
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    size = np.maximum(high - low, 1e-9)
    return ((boxes.reshape(-1, 2, 2) - low) / size).reshape(-1, 4)


def _placed(p: Floats, q: Floats) -> int:
    """How many pairs of centres are kept."""
    if len(p) <= 2:
        return len(p)
    kept = np.zeros(len(p), bool)
    rng = np.random.default_rng(len(p))
    for _ in range(ROUNDS):
        rest = np.flatnonzero(~kept)
        if len(rest) < 3:
            break
        inliers = _ransac(p[rest], q[rest], rng)
        if inliers.sum() < 3:
            break
        kept[rest[inliers]] = True
    return int(kept.sum())


def _ransac(p: Floats, q: Floats, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """The largest set of pairs that one translation with scale brings within the residual."""
    chosen = rng.random((TRIALS, len(p))).argsort(axis=1)[:, :3]
    ps, qs = p[chosen], q[chosen]
    pm, qm = ps.mean(axis=1, keepdims=True), qs.mean(axis=1, keepdims=True)
    spread = ((ps - pm) ** 2).sum(axis=(1, 2))
    scale = np.divide(((ps - pm) * (qs - qm)).sum(axis=(1, 2)), spread, out=np.ones(TRIALS), where=spread > 1e-9)
    moved = scale[:, None, None] * (p[None] - pm) + qm
    near = np.linalg.norm(moved - q[None], axis=2) <= RESIDUAL
    return near[near.sum(axis=1).argmax()]
