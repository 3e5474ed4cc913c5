"""Reads a finished run and says what the page shall say.

Covered: dataset columns without image bytes for the counts, whole rows only for the chosen samples, the ledger,
the plan, what the answers in the log were for. Not covered: unfinished runs (the ledger is written when a run is
sealed). Nothing here depends on time, place or the number of workers, so that equal runs have equal pages; but for the
calls that were made for rows beyond `n`, which are in the log and cost money all the same.
"""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from mmrecipes.core.errors import MmrError
from mmrecipes.flow import ledger
from mmrecipes.flow.balance import Balance, balance_of
from mmrecipes.flow.ledger import StepCount
from mmrecipes.flow.plan import Plan, read_plan
from mmrecipes.flow.recipe import load_module
from mmrecipes.flow.spent import BEYOND_N, read_spent
from mmrecipes.report.content import Composition, Content, DropGroup, ErrorRow, Headline, ShareRow, StepRow
from mmrecipes.report.gallery import Colours, view
from mmrecipes.report.models import model_options, model_table
from mmrecipes.report.pictures import SMALL, Album
from mmrecipes.report.tally import Tally
from mmrecipes.report.wording import amount, compact, counted, number, share, size, step_title, whereabouts
from mmrecipes.store.answers import Tally as AnswerTally

GALLERY = 60
EXAMPLES = 3
DROP_GROUPS = 24
ERRORS = 50
VALUES = 12
"""Rows of a composition; the rest is summed up."""

PANELS = 16


def gather(folder: Path, tally: Tally) -> Content:
    """The content of the page of a finished run. Raises `UsageError` when the folder is not one."""
    plan = read_plan(folder)
    steps, wanted, spent = ledger.step_counts(folder), ledger.samples_wanted(folder), read_spent(folder)
    balance = balance_of(steps)
    album, colours = Album(), Colours()
    gallery = tuple(view(s, album, colours) for s in tally.samples(tally.candidates.choose(GALLERY)))
    drops, drops_left_out = _drops(folder, steps, album, colours)
    errors = ledger.errors(folder)
    return Content(
        title=str(plan.card.get("title", plan.recipe)),
        recipe=f"{plan.recipe} {plan.version}",
        summary=str(plan.card.get("summary", "")),
        paper=_paper(plan.card.get("paper", {})),
        command=command(plan),
        state=_state(wanted, tally, steps, len(errors)),
        headlines=_headlines(wanted, tally, balance, spent),
        gallery=gallery,
        total=tally.count,
        tasks=tuple(sorted({s.task or s.subset for s in gallery})),
        balance=whereabouts(balance),
        steps=step_rows(steps),
        kinds=legend(steps),
        models=model_table(plan, steps, spent, tally.count),
        compositions=compositions(tally.values, tally.dropped),
        same=same_for_all(tally.values),
        drops=drops,
        drops_left_out=drops_left_out,
        errors=tuple(ErrorRow(*e) for e in errors[:ERRORS]),
        errors_left_out=max(0, len(errors) - ERRORS),
        facts=_facts(plan, tally),
        parameters=tuple((name, compact(value)) for name, value in flat(plan.params)),
        inputs=tuple(
            (name, Path(about["path"]).name, size(about["bytes"]), about["sha256"])
            for name, about in plan.inputs.items()
        ),
        versions=tuple(plan.versions.items()),
    )


def command(plan: Plan) -> str:
    """The command that makes this run again; the output folder is left to the reader."""
    name = plan.location if plan.location.endswith(".py") else plan.recipe
    words = ["mmr", "run", f"./{Path(name).name}" if name.endswith(".py") else name, "--out", "DIR"]
    words += ["--n", str(plan.n)] if plan.n is not None else []
    words += ["--seed", str(plan.seed)] if plan.seed else []
    for input_name, about in plan.inputs.items():
        words += ["--input", f"{input_name}={Path(about['path']).name}"]
    words += model_options(plan)
    defaults = _defaults(plan)
    for key, value in plan.params.items():
        if key not in defaults or defaults[key] != value:
            words += ["--set", f"{key}={_setting(value)}"]
    return shlex.join(words)


def _defaults(plan: Plan) -> Mapping[str, Any]:
    """The parameters' defaults as the plan would hold them; none when the recipe is no longer where it was, so that
    the command names every parameter."""
    from pydantic import TypeAdapter

    try:
        fields = load_module(plan.location).Params.model_fields
    except (MmrError, ImportError):
        return {}
    values = {name: f.get_default(call_default_factory=True) for name, f in fields.items() if not f.is_required()}
    return TypeAdapter(dict[str, Any]).dump_python(values, mode="json")


def _setting(value: Any) -> str:
    """A value as `--set` reads it back: JSON, or plain text where that is no JSON."""
    if isinstance(value, str):
        try:
            orjson.loads(value)
        except ValueError:
            return value
    return orjson.dumps(value).decode()


def flat(values: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Nested parameters as dotted names, the way `--set` takes them."""
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def step_rows(steps: Sequence[StepCount]) -> tuple[StepRow, ...]:
    """The funnel: bars in percent of the largest step. `Attempt` and `Repeat` only hold steps: they have no counts."""
    widest = max((s.came_in + s.added for s in steps), default=0)
    holders = {s.path.rsplit("/", 2)[0] for s in steps if "/" in s.path}
    rows = ((_step_row(s, widest), s.path in holders and not s.came_in) for s in steps)
    return tuple(replace(row, numbers=()) if holds else row for row, holds in rows)


_ENDS = (("out", "out", "out"), ("merged", "merged", "merged"), ("failed", "failed", "tried elsewhere"),
         ("drop", "dropped", "dropped"), ("error", "errors", "errors"), ("pending", "pending", "pending"),
         ("pending", "beyond_n", "beyond n"))  # fmt: skip
"""How a sample can leave a step: style class, field of `StepCount`, name on the page."""


def _ends(step: StepCount) -> list[tuple[str, str, int]]:
    """(style class, name, count) of what left a step."""
    ends = [(style, name, getattr(step, field)) for style, field, name in _ENDS]
    return [end for end in ends if end[2] or end[0] == "out"]


def legend(steps: Sequence[StepCount]) -> tuple[tuple[str, str], ...]:
    """(style class, name) of every kind of end that occurs."""
    return tuple(dict.fromkeys((style, name) for step in steps for style, name, _ in _ends(step)))


def _step_row(step: StepCount, widest: int) -> StepRow:
    ends = _ends(step)
    numbers = [("in", "in", step.came_in)] + ([("in", "added", step.added)] if step.added else []) + ends
    again = {f"{reason} (tried again)": count for reason, count in step.failed_reasons.items()}
    reasons = sorted({**step.reasons, **again}.items(), key=lambda item: (-item[1], item[0]))
    return StepRow(
        path=step.path,
        branch="/".join(step.path.split("/")[1:-1][-1:]),
        name=step_title(step.path.rsplit("/", 1)[-1]),
        depth=step.path.count("/"),
        numbers=tuple((style, name, number(count)) for style, name, count in numbers),
        bars=tuple((style, f"{100 * count / widest:.2f}") for style, _, count in ends if count),
        reasons=tuple((reason, number(v), share(v, step.came_in)) for reason, v in reasons),
    )


def compositions(
    values: Mapping[str, Counter[str]], dropped: Mapping[str, Counter[str]] | None = None
) -> tuple[Composition, ...]:
    """One panel per property that differs between samples; with how they divided before samples were
    dropped, as far as those had the property already."""
    gone = {name: Counter({v: n for v, n in c.items() if v}) for name, c in (dropped or {}).items()}
    panels = [_composition(name, c, gone.get(name, Counter())) for name, c in values.items() if len(c) > 1]
    return tuple(panels[:PANELS])


def same_for_all(values: Mapping[str, Counter[str]]) -> tuple[tuple[str, str], ...]:
    """The properties that do not differ."""
    return tuple((name, next(iter(c))) for name, c in values.items() if len(c) == 1)


def _composition(name: str, counts: Counter[str], dropped: Counter[str]) -> Composition:
    came = counts + dropped
    order = [(value, counts[value]) for value, _ in _order(came)]
    shown, rest = order[:VALUES], order[VALUES:]
    most, total, before = max(came.values()), sum(counts.values()), sum(came.values())
    left = sum(v for _, v in rest)

    def row(value: str, kept: int) -> ShareRow:
        bare = ShareRow(value or "(none)", number(kept), share(kept, total), f"{100 * kept / most:.1f}")
        if not dropped:
            return bare
        all_of_it = came[value]
        return replace(bare, came=number(all_of_it), came_share=share(all_of_it, before),
                       came_width=f"{100 * all_of_it / most:.1f}")  # fmt: skip

    return Composition(
        name,
        tuple(row(value, kept) for value, kept in shown),
        f"{len(rest)} more values: {number(left)} samples ({share(left, total)})" if rest else "",
        bool(dropped),
    )


def _order(counts: Counter[str]) -> list[tuple[str, int]]:
    """Numbers by size when they are few, all else by frequency."""
    if len(counts) <= VALUES and all(value.lstrip("-").isdigit() for value in counts):
        return sorted(counts.items(), key=lambda item: int(item[0]))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _drops(
    folder: Path, steps: Sequence[StepCount], album: Album, colours: Colours
) -> tuple[tuple[DropGroup, ...], int]:
    examples: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for one in ledger.dropped_samples(folder, EXAMPLES):
        examples[one.path, one.reason].append((view(one.sample, album, colours, SMALL), one.detail))
    counts = {(s.path, reason): count for s in steps for reason, count in s.reasons.items()}
    largest = sorted(counts, key=lambda key: -counts[key])
    shown = [k for k in largest if k in examples][:DROP_GROUPS]
    groups = tuple(DropGroup(path, reason, number(counts[path, reason]), tuple(examples[path, reason]))
                   for path, reason in shown)  # fmt: skip
    return groups, len(counts) - len(groups)


def _headlines(
    wanted: int | None, tally: Tally, balance: Balance, spent: Mapping[str, AnswerTally]
) -> tuple[Headline, ...]:
    b = balance
    of = f"of {number(wanted)} wanted" if wanted is not None and tally.count < wanted else ""
    split = f"split into {counted(b.samples, 'sample')}" if b.samples != b.rows else ""
    lost = f"{share(b.dropped, b.samples)} of {counted(b.samples, 'sample')}" if b.dropped else ""
    return (
        Headline("samples", number(tally.count), of),
        Headline("rows in", number(b.rows), split),
        *([Headline("merged", number(b.merged), f"into {counted(b.into, 'other')}")] if b.merged else []),
        Headline("dropped", number(b.dropped), lost, "drop" if b.dropped else ""),
        *([Headline("beyond n", number(b.beyond_n), "more than wanted")] if b.beyond_n else []),
        Headline("errors", number(b.errors), "", "error" if b.errors else ""),
        *_asked(tally, spent),
        Headline("images", number(tally.images)),
        Headline("turns", number(tally.turns)),
        Headline("regions", number(tally.regions)),
    )


def _asked(tally: Tally, spent: Mapping[str, AnswerTally]) -> list[Headline]:
    """All calls in the answer log and their cost, where there are any."""
    calls, cost = sum(t.answers for t in spent.values()), sum(t.cost for t in spent.values())
    beyond = f"{number(spent[BEYOND_N].answers)} beyond n" if BEYOND_N in spent else ""
    each = f"{amount(cost / tally.count)} per sample" if tally.count else ""
    return [
        *([Headline("model calls", number(calls), beyond)] if calls else []),
        *([Headline("cost", amount(cost), each)] if cost else []),
    ]


def _state(wanted: int | None, tally: Tally, steps: Sequence[StepCount], errors: int) -> str:
    sentences: list[str] = []
    if wanted is not None and tally.count < wanted:
        pending = steps[0].pending if steps else 0
        why = (
            f"{number(pending)} rows were begun and are not done. The same command goes on."
            if pending
            else "the input held no more."
        )
        sentences.append(f"This run is short: {number(tally.count)} of {number(wanted)} samples; {why}")
    if errors:
        sentences.append(f"{number(errors)} {'sample' if errors == 1 else 'samples'} met an error; see Errors below.")
    if tally.stand_in:
        sentences.append(f"{number(tally.stand_in)} samples hold answers of a stand-in: a rehearsal, not data.")
    return " ".join(sentences)


def _paper(paper: Mapping[str, Any] | str) -> str:
    if isinstance(paper, str):
        return paper
    arxiv = f"arXiv {paper['arxiv']}" if paper.get("arxiv") else paper.get("url", "")
    authors = paper.get("authors", "")
    named = ", ".join(authors) if isinstance(authors, list) else authors
    return " · ".join(str(p) for p in (paper.get("title"), named, paper.get("year"), arxiv) if p)


def _facts(plan: Plan, tally: Tally) -> tuple[tuple[str, str], ...]:
    n = "all rows of the input" if plan.n is None else number(plan.n)
    files = f"{len(tally.files)} Parquet {'file' if len(tally.files) == 1 else 'files'}, {size(tally.bytes)}"
    return (
        ("recipe", f"{plan.recipe} {plan.version}"), ("fingerprint", plan.fingerprint), ("seed", str(plan.seed)),
        ("n", n), ("dataset", files), *(("input", remark) for remark in plan.remarks),
    )  # fmt: skip
