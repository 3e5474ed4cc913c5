"""What a run will ask and cost, before it is paid: measured on a rehearsal of a few samples, then scaled.

Plain functions of plain values. Covered: calls, tokens, images, cost with its spread, candidates in whole shards, time.
Not covered: running and reading the rehearsal (see `rehearsal`), servers that slow down under load.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mmrecipes.flow.demand import Stratum
from mmrecipes.flow.shards import FIRST_SIZES, FULL_SIZE

CERTAINTY = 1.959964
"""Standard normal quantile of a 95 % interval."""
ONCE = "plan"
"""The step of calls that the plan makes, once per run whatever its `n`."""


@dataclass(frozen=True, slots=True)
class PromptUse:
    """One prompt of one step: distinct calls, those asked again for the form, tokens, images, and what they cost; None
    when some model of the role has no price."""

    step: str
    role: str
    prompt: str
    calls: float
    reasked: float
    tokens_in: float
    tokens_out: float
    images: float
    cost: float | None

    def times(self, factor: float) -> PromptUse:
        """As much of everything."""
        return replace(
            self,
            calls=self.calls * factor,
            reasked=self.reasked * factor,
            tokens_in=self.tokens_in * factor,
            tokens_out=self.tokens_out * factor,
            images=self.images * factor,
            cost=None if self.cost is None else self.cost * factor,
        )


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast one endpoint answered, and what it is allowed: `seconds` is the mean of a call, `limit` the most calls
    in flight, `per_minute` the most started in a minute."""

    endpoint: str
    calls: int
    seconds: float
    limit: int
    per_minute: float | None


@dataclass(frozen=True, slots=True)
class Part:
    """What was measured in one stratum. `outcomes` holds (cost, samples kept) of every candidate."""

    prompts: tuple[PromptUse, ...]
    outcomes: tuple[tuple[float, int], ...]

    @property
    def candidates(self) -> int:
        return len(self.outcomes)

    @property
    def accepted(self) -> int:
        return sum(kept for _, kept in self.outcomes)

    @property
    def rate(self) -> float:
        """Samples kept per candidate."""
        return self.accepted / self.candidates if self.candidates else 0.0


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What was measured, by stratum. `once` are the plan's own calls; `busy` is the time in which at least one call was
    in flight; `asked`, `known` and `paid` tell what the rehearsal itself did; `stand_in`: no model, or not only models
    answered, `free`: at the models' prices; `stopped`: why it ended early."""

    parts: Mapping[str, Part]
    once: tuple[PromptUse, ...] = ()
    speeds: tuple[Speed, ...] = ()
    busy: float = 0.0
    errors: int = 0
    asked: int = 0
    known: int = 0
    paid: float = 0.0
    free: bool = False
    stand_in: bool = False
    stopped: str = ""

    @property
    def whole(self) -> Part:
        """All strata together."""
        parts = self.parts.values()
        return Part(
            merged(p for part in parts for p in part.prompts), tuple(o for part in parts for o in part.outcomes)
        )


@dataclass(frozen=True, slots=True)
class Estimate:
    """The forecast for `accepted` samples from `candidates`, of which so many are `spare`: asked for because shards are
    whole. `cost` is a lower bound where `unpriced` names roles;
    `low` and `high` enclose it in 95 of 100 cases as far as candidates are like those seen. `seconds` at the rate seen,
    `seconds_at_limit` with as many calls in flight as allowed; None when nothing was timed."""

    recipe: str
    n: int | None
    accepted: int
    candidates: int
    spare: int
    prompts: tuple[PromptUse, ...]
    total: PromptUse
    cost: float | None
    low: float | None
    high: float | None
    rate_low: float
    rate_high: float
    seconds: float | None
    seconds_at_limit: float | None
    calls_per_second: float | None
    in_flight: float | None
    unpriced: tuple[str, ...]
    rehearsal: Rehearsal


def forecast(r: Rehearsal, strata: Sequence[Stratum], *, recipe: str = "", n: int | None = None) -> Estimate:
    """Scale what was measured to the candidates that every stratum will ask for. A stratum in which nothing was kept is
    taken to be like all together."""
    whole, candidates, spare, accepted, variance = r.whole, 0, 0, 0, 0.0
    scaled: list[PromptUse] = list(r.once)
    for stratum in strata:
        part = r.parts.get(stratum.name, whole)
        part = part if part.accepted else whole
        needed, asked, kept = candidates_asked(stratum, part.rate)
        candidates, spare, accepted = candidates + asked, spare + asked - needed, accepted + kept
        scaled += [p.times(asked / part.candidates) for p in part.prompts]
        variance += half_width(part.outcomes, asked, stratum.wanted is not None) ** 2
    prompts = merged(scaled)
    total, half = summed(prompts), math.sqrt(variance)
    at_rate, at_limit = seconds_needed(r.speeds, r.busy, total.calls)
    calls, cost = sum(s.calls for s in r.speeds), total.cost
    return Estimate(
        recipe, n, accepted, candidates, spare, prompts, total, cost,
        None if cost is None else max(0.0, cost - half), None if cost is None else cost + half,
        *proportion(min(whole.accepted, whole.candidates), whole.candidates), at_rate, at_limit,
        calls / r.busy if r.busy else None, sum(s.calls * s.seconds for s in r.speeds) / r.busy if r.busy else None,
        tuple(dict.fromkeys(p.role for p in prompts if p.cost is None)), r,
    )  # fmt: skip


def candidates_asked(stratum: Stratum, rate: float) -> tuple[int, int, int]:
    """(candidates needed, candidates asked, samples) of a stratum that keeps `rate` of its candidates and is taken in
    whole shards."""
    if stratum.wanted is None:
        rows = stratum.size or 0
        return rows, rows, round(rows * rate)
    needed = math.ceil(stratum.wanted / rate - 1e-9)
    asked = whole_shards(needed, stratum.size)
    return min(needed, asked), asked, min(stratum.wanted, round(asked * rate))


def merged(prompts: Iterable[PromptUse]) -> tuple[PromptUse, ...]:
    """One for each step and prompt, in the order in which they first come."""
    groups: dict[tuple[str, str, str], list[PromptUse]] = {}
    for p in prompts:
        groups.setdefault((p.step, p.role, p.prompt), []).append(p)
    return tuple(replace(summed(several), step=s, role=r, prompt=p) for (s, r, p), several in groups.items())


def whole_shards(rows: int, size: int | None = None) -> int:
    """Rows of the first shards that hold at least `rows`, as far as there are any."""
    ramp = [sum(FIRST_SIZES[: i + 1]) for i in range(len(FIRST_SIZES))]
    full = ramp[-1] + -(-(rows - ramp[-1]) // FULL_SIZE) * FULL_SIZE
    enough = next((r for r in (0, *ramp) if r >= rows), full)
    return enough if size is None else min(enough, size)


def summed(prompts: Sequence[PromptUse]) -> PromptUse:
    """All together; the cost is that of what has a price, None when nothing has."""
    priced = [p.cost for p in prompts if p.cost is not None]
    return PromptUse(
        "total", "", "",
        sum(p.calls for p in prompts), sum(p.reasked for p in prompts), sum(p.tokens_in for p in prompts),
        sum(p.tokens_out for p in prompts), sum(p.images for p in prompts), sum(priced) if priced else None,
    )  # fmt: skip


def half_width(outcomes: Sequence[tuple[float, int]], candidates: int, by_sample: bool) -> float:
    """Half of the 95 % interval around the forecast cost of `candidates` further ones.

    Cost per sample is a ratio, so what varies is each candidate's cost less what its samples should have cost; without
    a wanted number of samples, its cost less the mean. The forecast errs by the mean of those seen and by those to
    come: t · s · sqrt(M + M²/N).
    """
    count = len(outcomes)
    if count < 2:
        return math.inf
    cost, kept = sum(c for c, _ in outcomes), sum(k for _, k in outcomes)
    if by_sample and kept:
        residuals = [c - cost / kept * k for c, k in outcomes]
    else:
        residuals = [c - cost / count for c, _ in outcomes]
    deviation = math.sqrt(sum(e * e for e in residuals) / (count - 1))
    return student(count - 1) * deviation * math.sqrt(candidates + candidates**2 / count)


def student(freedom: int) -> float:
    """Quantile of Student's t for a 95 % interval, by Cornish and Fisher's expansion (0.3 % off at 4)."""
    z, f = CERTAINTY, freedom
    if f < 4:
        return (12.706, 4.303, 3.182)[f - 1]
    return (
        z + (z**3 + z) / (4 * f) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * f**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * f**3)
    )  # fmt: skip


def proportion(part: int, whole: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if not whole:
        return 0.0, 1.0
    z2, share = CERTAINTY**2, part / whole
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = CERTAINTY / (1 + z2 / whole) * math.sqrt(share * (1 - share) / whole + z2 / (4 * whole**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def seconds_needed(speeds: Sequence[Speed], busy: float, calls: float) -> tuple[float | None, float | None]:
    """(at the rate seen, with as many calls in flight as the endpoints are allowed and answers as quick as seen)."""
    seen = sum(s.calls for s in speeds)
    if not seen or not busy:
        return None, None
    shares = [(s, calls * s.calls / seen) for s in speeds]
    started = max((60 * share / s.per_minute for s, share in shares if s.per_minute), default=0.0)
    limited = max(share * s.seconds / s.limit for s, share in shares)
    return max(calls * busy / seen, started), max(limited, started)


def busy_seconds(spans: Sequence[tuple[float, float]]) -> float:
    """Time covered by at least one of these (begin, end)."""
    covered, reached = 0.0, -math.inf
    for begin, end in sorted(spans):
        covered += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return covered
