"""The models of a run on its page: who filled which role, what every step asked, what it cost.

Covered: usage from the ledger, all answers in the log by what they were for, models from the plan, the options that
bind them again. Not covered: calls without an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any
from urllib.parse import urlsplit

from mmrecipes.flow.ledger import StepCount, Usage
from mmrecipes.flow.plan import Plan
from mmrecipes.flow.spent import BEYOND_N, COUNTED, PROBES, UNFINISHED
from mmrecipes.models.binding import (
    STAND_IN,
    Binding,
    Bindings,
    Endpoint,
    Price,
    StandIn,
    bindings_from_json,
    parse_bindings,
)
from mmrecipes.report.content import ModelRow, ModelTable, PaidRow, UsageRow
from mmrecipes.report.wording import amount, compact, number, step_title
from mmrecipes.store.answers import Tally

NONE = "–"


PURPOSES = {
    COUNTED: "the samples, and what was dropped on the way to them",
    BEYOND_N: "rows after the one that completed n; a larger --n uses them",
    PROBES: "probes before the first row",
    UNFINISHED: "rows of which nothing is stored: begun and not done, or their worker died",
}


def model_table(plan: Plan, steps: Sequence[StepCount], spent: Mapping[str, Tally], samples: int) -> ModelTable | None:
    """None when no model was asked."""
    used = [(step.path, prompt, usage) for step in steps for prompt, usage in step.usage.items()]
    if not used and not spent:
        return None
    bindings = bindings_from_json(plan.models)
    every = [b for many in bindings.values() for b in many]
    priced = any(b.price is not None for b in every)
    whole = total(usage for _, _, usage in used)
    weights = [usage.cost if whole.cost else usage.tokens_in + usage.tokens_out for _, _, usage in used]
    most = max(weights, default=0) or 1
    rows = [
        _usage_row(path, prompt, usage, samples, priced, f"{100 * weight / most:.1f}")
        for (path, prompt, usage), weight in zip(used, weights, strict=True)
    ]
    return ModelTable(
        models=_model_rows(bindings),
        rows=tuple(rows),
        total=_usage_row("total", "", whole, samples, priced, ""),
        paid=_paid_rows(spent, priced),
        weighed="cost" if whole.cost else "tokens",
        images=whole.images > 0 or any(t.images for t in spent.values()),
        priced=priced,
        unpriced=", ".join(dict.fromkeys(b.name for b in every if priced and b.price is None)),
    )


def _paid_rows(spent: Mapping[str, Tally], priced: bool) -> tuple[PaidRow, ...]:
    """One per purpose that occurs, and their sum."""
    rows = [(PURPOSES[purpose], t) for purpose, t in spent.items()]
    whole = Tally(*(sum(getattr(t, f.name) for t in spent.values()) for f in fields(Tally)))
    return tuple(
        PaidRow(
            purpose, number(t.answers), number(t.reused) if t.reused else NONE, number(t.tokens_in),
            number(t.tokens_out), number(t.images) if t.images else NONE, amount(t.cost) if priced else NONE,
        )
        for purpose, t in [*rows, ("all", whole)]
    )  # fmt: skip


def total(usages: Any) -> Usage:
    """All together."""
    several = list(usages)
    return Usage(**{f.name: sum(getattr(u, f.name) for u in several) for f in fields(Usage)})


def _usage_row(path: str, prompt: str, usage: Usage, samples: int, priced: bool, width: str) -> UsageRow:
    return UsageRow(
        branch="/".join(path.split("/")[1:-1][-1:]),
        step=step_title(path.rsplit("/", 1)[-1]),
        prompt=prompt,
        calls=number(usage.calls),
        reasked=number(usage.reasked) if usage.reasked else NONE,
        tokens_in=number(usage.tokens_in),
        tokens_out=number(usage.tokens_out),
        images=number(usage.images) if usage.images else NONE,
        cost=amount(usage.cost) if priced else NONE,
        each=amount(usage.cost / samples) if priced and samples else NONE,
        width=width,
    )


def _model_rows(bindings: Bindings) -> tuple[ModelRow, ...]:
    """One per model, with all the roles that it filled."""
    roles: dict[str, list[str]] = {}
    models: dict[str, Binding] = {}
    for role, many in bindings.items():
        for binding in many:
            name = compact(binding.model_dump(mode="json"))
            roles.setdefault(name, []).append(role)
            models[name] = binding
    return tuple(_model_row(", ".join(roles[name]), binding) for name, binding in models.items())


def _model_row(role: str, binding: Binding) -> ModelRow:
    if isinstance(binding, StandIn):
        faults = ", ".join(f"{kind} {rate:g}" for kind, rate in binding.faults.items())
        return ModelRow(role, "", "the recipe answered itself", faults and f"faults: {faults}", True)
    parts = urlsplit(binding.url)
    said = [f"revision {binding.revision}"] if binding.revision else []
    said += [f"{name} {compact(value)}" for name, value in {**binding.sampling, **binding.extra}.items()]
    said += [_price(binding.price)] if binding.price else []
    return ModelRow(role, binding.model, f"{parts.netloc}{parts.path}", "; ".join(said), binding.stand_in)


def _price(price: Price) -> str:
    each = [f"{amount(getattr(price, kind))} per {kind}" for kind in ("image", "call") if getattr(price, kind)]
    return ", ".join([f"price {amount(price.input)} in, {amount(price.output)} out per million tokens", *each])


def model_options(plan: Plan) -> list[str]:
    """The words of a command line that bind the same models: by name where that says it all, else a file."""
    bindings = bindings_from_json(plan.models)
    every = [b for many in bindings.values() for b in many]
    if not every:
        return []
    if all(isinstance(b, StandIn) for b in every) and len({compact(b.identity) for b in every}) == 1:
        return ["--models", _stand_in(every[0])]
    words = [word for role, many in bindings.items() for b in many for word in ("--role", f"{role}={_target(b)}")]
    return words if _says_all(words[1::2], bindings, plan.card.get("roles", {})) else ["--models", "models.toml"]


def _target(binding: Binding) -> str:
    return binding.name if isinstance(binding, Endpoint) else _stand_in(binding)


def _stand_in(binding: Any) -> str:
    faults = ",".join(f"{kind}={rate:g}" for kind, rate in binding.faults.items())
    return f"{STAND_IN}:{faults}" if faults else STAND_IN


def _says_all(bound: Sequence[str], bindings: Bindings, roles: Mapping[str, Any]) -> bool:
    read = parse_bindings(roles, bound, None)
    return {role: [b.identity for b in many] for role, many in read.items()} == {
        role: [b.identity for b in many] for role, many in bindings.items()
    }
