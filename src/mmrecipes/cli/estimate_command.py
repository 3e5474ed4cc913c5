"""`mmr estimate`: what a run will ask and cost, as a table or JSON."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mmrecipes.cli.options import arguments, model_options, recipe_options
from mmrecipes.core.errors import UsageError

if TYPE_CHECKING:
    from mmrecipes.flow.estimate import Estimate, PromptUse

EPILOG = """\b
Examples:
  mmr estimate llava --models models.toml --n 10000 --keep rehearsal
  mmr estimate llava --models models.toml --n 10000 --free
  mmr estimate oasis --models stand-in --n 5000

\b
The models are asked for the K samples, and paid. With --keep their answers stay:
  mmr run llava --models models.toml --n 10000 --out data --reuse rehearsal
"""


@click.command(epilog=EPILOG)
@click.argument("recipe", metavar="SLUG|./mine.py")
@click.option("--n", "n", type=click.IntRange(min=1), metavar="N",
              help="What the run will be given as --n: accepted samples, or rows where the recipe decides over "
                   "all of them at once (`mmr show`). Default: every row of the input, 100 without one.")  # fmt: skip
@click.option("--k", "k", type=click.IntRange(min=2), default=16, show_default=True, metavar="K",
              help="Samples to rehearse; more of them, a narrower estimate.")  # fmt: skip
@recipe_options
@model_options
@click.option("--free", is_flag=True, help="Ask no model: the stand-in answers, at the models' prices. Rough.")
@click.option("--keep", type=click.Path(path_type=Path), metavar="DIR",
              help="Keep the rehearsal in DIR: a run with --reuse DIR does not pay its answers again.")  # fmt: skip
@click.option("--budget", type=float, metavar="AMOUNT",
              help="Most that the rehearsal may cost; the estimate says whether it is enough for the run.")  # fmt: skip
@click.option("--reuse", type=click.Path(path_type=Path), metavar="OLD",
              help="An older run whose answers are used before a model is asked.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def estimate(
    recipe: str, n: int | None, k: int, free: bool, keep: Path | None, as_json: bool, **options: Any
) -> None:  # fmt: skip
    """Say what a run will ask and cost, from a rehearsal on K samples."""
    from mmrecipes import api
    from mmrecipes.cli.progress import printer

    if free and keep:
        raise UsageError("--free pays for nothing, so there is nothing to --keep; give one of them")
    given = arguments(options)
    with printer() as show:
        made = api.estimate(recipe, n=n, k=k, free=free, keep=keep, progress=show, **given)
    if as_json:
        click.echo(_json(made, given["budget"]))
        return
    click.echo("\n".join(lines(made, given["budget"])))
    if keep is not None:
        click.echo(f"  keep     give the run --reuse {shlex.quote(str(keep))}: these answers are not paid again")


def lines(e: Estimate, budget: float | None = None) -> Iterator[str]:
    """The estimate as people read it."""
    yield f"{e.accepted:,} samples of {e.recipe} from {e.candidates:,} rows"
    if e.spare:
        yield f"  shards   rows are taken in whole shards, so up to {e.spare:,} of them lie beyond n"
    yield from _rehearsed(e)
    if not e.prompts:
        yield "  calls    none: with these parameters the recipe asks no model"
        return
    yield ""
    yield from table(e)
    yield ""
    yield f"  cost     {_cost(e)}"
    if budget is not None and e.high is not None:
        yield f"  budget   {_verdict(e, budget)}"
    yield f"  time     {_time(e)}"


def _rehearsed(e: Estimate) -> Iterator[str]:
    from mmrecipes.report.wording import amount

    r, whole = e.rehearsal, e.rehearsal.whole
    yield f"  from     {whole.candidates:,} rows, the first ones: {whole.accepted:,} samples kept, {_rate(e)}"
    if r.free:
        yield "  free     no model was asked: the stand-in's words, tokens by length (4 characters, 800 per image)"
    elif r.stand_in:
        yield "  stand-in no model was asked: tokens by length (4 characters, 800 per image)"
    elif r.asked or r.known:
        known = f"; {r.known:,} answers were known" if r.known else ""
        yield f"  asked    {r.asked:,} calls, cost {amount(r.paid)}{known}"
    if r.stopped:
        yield f"  stopped  {r.stopped}"
    if r.errors:
        yield f"  errors   {r.errors:,} samples ended in an error and count as not kept"


def _rate(e: Estimate) -> str:
    from mmrecipes.report.wording import number, share

    kept, rows = e.rehearsal.whole.accepted, e.rehearsal.whole.candidates
    if kept > rows:
        return f"{number(kept / rows)} per row"
    return f"{share(kept, rows)} (in all likely {100 * e.rate_low:.0f} to {100 * e.rate_high:.0f} %)"


HEAD = ("step", "prompt", "role", "per sample", "calls", "re-asked", "tokens in", "tokens out", "images", "cost")
TEXTS = 3
"""Columns that hold text: aligned left."""


def table(e: Estimate) -> Iterator[str]:
    """Per step and prompt, for the whole run."""
    rows = [HEAD, *(_row(p, e.accepted) for p in e.prompts), _row(e.total, e.accepted)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    for row in rows:
        cells = (c.ljust(w) if i < TEXTS else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        yield f"  {'  '.join(cells)}".rstrip()


def _row(p: PromptUse, samples: int) -> tuple[str, ...]:
    from mmrecipes.report.wording import amount

    counts = (p.calls, p.reasked, p.tokens_in, p.tokens_out, p.images)
    each = f"{p.calls / samples:.2f}" if samples else ""
    return (
        p.step, p.prompt, p.role, each, *(f"{count:,.0f}" for count in counts),
        "no price" if p.cost is None else amount(p.cost),
    )  # fmt: skip


def _cost(e: Estimate) -> str:
    from mmrecipes.report.wording import amount

    if e.cost is None or e.low is None or e.high is None:
        bound = "--models FILE with prices tells (--free asks no model)" if e.rehearsal.stand_in else "give it"
        return f"no price: {bound}, see docs/models.toml"
    least = "at least " if e.unpriced else ""
    said = f"{least}{amount(e.cost)}, {amount(e.cost / max(1, e.accepted))} per sample"
    count = e.rehearsal.whole.candidates
    if e.high - e.low < 0.01 * e.cost:
        spread = f"; the {count} rows cost alike"
    else:
        spread = f"; likely {amount(e.low)} to {amount(e.high)}: 95 % interval from the spread of {count} rows"
    without = f"; without a price: {', '.join(e.unpriced)}" if e.unpriced else ""
    return said + spread + without


def _verdict(e: Estimate, budget: float) -> str:
    from mmrecipes.report.wording import amount

    assert e.cost is not None and e.high is not None
    if budget >= e.high:
        return f"{amount(budget)} is enough, most likely"
    if budget >= e.cost:
        return f"{amount(budget)} may be enough, or just not"
    return f"{amount(budget)} is not enough: about {e.accepted * budget / e.cost:,.0f} samples"


def _time(e: Estimate) -> str:
    from mmrecipes.cli.progress import duration

    if e.seconds is None or e.seconds_at_limit is None or e.calls_per_second is None or e.in_flight is None:
        return "not known: no call was timed"
    limits = " + ".join(f"{s.limit}" for s in e.rehearsal.speeds)
    return (
        f"{duration(e.seconds)} at the rate seen, {e.calls_per_second:,.1f} calls/s with {e.in_flight:,.1f} in flight; "
        f"{duration(e.seconds_at_limit)} if {limits} in flight are answered as quickly"
    )


def _json(e: Estimate, budget: float | None) -> str:
    import json

    value = asdict(e)
    rehearsal = value["rehearsal"]
    whole = e.rehearsal.whole
    del rehearsal["parts"]
    rehearsal |= {"candidates": whole.candidates, "accepted": whole.accepted}
    return json.dumps({**value, "budget": budget}, indent=2)
