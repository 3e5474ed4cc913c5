"""`mmr answers`: what the models of a run were asked, what they said, and what it cost.

Covered: listing, searching, showing, summing and exporting the answer log, also of a run that is going on.
Not covered: what became of a sample (see `mmr explain`).
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmrecipes.core.errors import UsageError

if TYPE_CHECKING:
    from mmrecipes.store.answers import Answer, AnswerReader, Filter, Tally

    Accept = Callable[[Answer], bool] | None

LISTED = 20

EPILOG = """\b
Examples:
  mmr answers data                                  the newest answers
  mmr answers data --role judge --grep "not sure"   search requests and replies
  mmr answers data --show qianfan-vl/table/000017   all that was asked for one sample
  mmr answers data --show 3fa94c                    one answer, by its key
  mmr answers data --totals                         calls, tokens and cost
  mmr answers data --export answers.jsonl
"""


@click.command(epilog=EPILOG)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--grep", metavar="TEXT", help="Only answers with this in a message or in the reply; case matters.")
@click.option("--sample", metavar="ID", help="Only answers for this sample.")
@click.option("--role", help="Only answers of this role.")
@click.option("--name", help="Only answers to this prompt of the recipe.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N",
              help=f"The newest N; a list has {LISTED} by default, --show and --export all.")  # fmt: skip
@click.option("--show", metavar="KEY|SAMPLE", help="Print whole: by the first digits of a key, or all for a sample.")
@click.option("--totals", is_flag=True, help="Sums by role and name.")
@click.option("--export", "out", type=click.Path(path_type=Path), metavar="FILE.jsonl",
              help="Write one JSON object per line; the file must be new.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def answers(
    folder: Path, grep: str | None, sample: str | None, role: str | None, name: str | None, limit: int | None,
    show: str | None, totals: bool, out: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """List what the models of a run answered, newest last."""
    from mmrecipes.cli.answer_texts import holds
    from mmrecipes.store.answers import Filter

    modes = [m for m, given in (("--show", show), ("--totals", totals), ("--export", out)) if given]
    if len(modes) > 1:
        raise UsageError(f"{' and '.join(modes)}: give one of them")
    if totals and (grep or limit):
        raise UsageError("--totals sums over all answers: without --grep and --limit")
    which, accept = Filter(sample=sample, role=role, name=name), (lambda a: holds(a, grep)) if grep else None
    with closing(_opened(folder)) as log:
        if totals:
            lines = _totals(log, which, as_json)
        elif out is not None:
            lines = [_export(log, which, accept, limit, out)]
        elif show is not None:
            lines = _show(_newest(log, _named(log, show, which), accept, limit), as_json)
        else:
            lines = _list(log, which, accept, limit or LISTED, as_json)
        for line in lines:
            click.echo(line)


def _opened(folder: Path) -> AnswerReader:
    from mmrecipes.store.answers import read_only

    path = folder / "run" / "answers.sqlite"
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}")
    if not path.is_file():
        raise UsageError(f"{folder} holds no answers: {path} is missing. Only a run that asks models has it")
    return read_only(path)


def _newest(log: AnswerReader, which: Filter, accept: Accept, limit: int | None) -> Iterator[Answer]:
    """The newest ones in the order they came; all of them, a few in memory at a time, when there is no limit."""
    if limit is None:
        return log.iterate(which, accept=accept)
    return reversed(list(islice(log.iterate(which, accept=accept, newest_first=True), limit)))


def _list(log: AnswerReader, which: Filter, accept: Accept, limit: int, as_json: bool) -> Iterator[str]:
    from mmrecipes.cli.answer_texts import record

    found = log.iterate(which, accept=accept, newest_first=True)
    shown = list(islice(found, limit))[::-1]
    more = sum(1 for _ in found) if accept else log.count(which) - len(shown)
    if as_json:
        yield from _array(map(record, shown))
    elif shown:
        yield from _table(shown)
    else:
        yield _nothing(log)
    if more > 0:
        click.echo(f"{more:,} more before these: --limit {len(shown) + more} lists all", err=as_json)


def _table(shown: Sequence[Answer]) -> Iterator[str]:
    """Columns as wide as they need, and of the reply what the line has room for."""
    from mmrecipes.cli.answer_texts import first_line, replied

    head = ("key", "sample", "role", "name", "model", "tokens", "cost")
    rows = [head, *(
        (a.key.hex()[:8], *(first_line(t, 60) for t in (a.sample, a.role, a.name, a.model)), _tokens(a), _price(a))
        for a in shown
    )]  # fmt: skip
    replies = ["reply", *(replied(a.response)[0].text for a in shown)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    room = max(30, shutil.get_terminal_size().columns - sum(widths) - 2 * len(widths))
    for row, reply in zip(rows, replies, strict=True):
        cells = [c.rjust(w) if i >= 5 else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))]
        yield "  ".join([*cells, first_line(reply, room)]).rstrip()


def _tokens(answer: Answer) -> str:
    return f"{'' if answer.usage_known else '≤'}{answer.tokens_in:,}+{answer.tokens_out:,}"


def _price(answer: Answer) -> str:
    return "reused" if answer.reused else "stand-in" if answer.stand_in else _money(answer.cost)


def _money(cost: float) -> str:
    return f"{cost:,.2f}" if cost >= 100 else f"{cost:.4g}"


def _nothing(log: AnswerReader) -> str:
    from mmrecipes.cli.answer_texts import clean

    known = {column: ", ".join(group.values[0] for group in log.by(column)) for column in ("role", "name")}
    return clean(f"no answer matches; roles here: {known['role'] or 'none'}; names: {known['name'] or 'none'}")


def _named(log: AnswerReader, text: str, which: Filter) -> Filter:
    """The answers for this sample, or the one whose key begins so. Raises `UsageError` when that is not one."""
    of_sample = replace(which, sample=text)
    if which.sample is None and log.count(of_sample):
        return of_sample
    if re.fullmatch("[0-9a-f]{1,32}", text.lower()):
        of_key = replace(which, key=text.lower())
        count = log.count(of_key)
        if count == 1:
            return of_key
        if count:
            raise UsageError(f"{count:,} keys begin with {text}: give more digits")
    raise UsageError(f"no answer for a sample {text!r}, and none whose key begins so; `mmr answers DIR` lists them")


def _show(found: Iterator[Answer], as_json: bool) -> Iterator[str]:
    """Each answer whole. Texts are indented, so that none can pass for a heading."""
    from mmrecipes.cli.answer_texts import asked, clean, record, replied, settings

    if as_json:
        yield from _array(map(record, found))
        return
    for i, answer in enumerate(found):
        if i:
            yield ""
        yield from (clean(line).replace("\n", " ") for line in _facts(answer, settings(answer.request)))
        for said in (*asked(answer.request), *replied(answer.response)):
            yield clean(f"-- {said.who}").replace("\n", " ")
            yield from (f"   {line}".rstrip() for line in clean(said.text).split("\n"))


def _facts(answer: Answer, settings: str) -> Iterator[str]:
    from datetime import UTC, datetime

    marks = [m for m, is_so in (("reused", answer.reused), ("stand-in", answer.stand_in)) if is_so]
    usage = "" if answer.usage_known else " (at most: the server did not say)"
    yield f"key       {answer.key.hex()}"
    yield f"sample    {answer.sample}"
    yield f"role      {answer.role}, prompt {answer.name}"
    yield f"model     {answer.model} at {answer.endpoint}"
    yield f"usage     {answer.tokens_in:,} tokens in, {answer.tokens_out:,} out{usage}, {answer.images:,} images"
    yield f"cost      {_money(answer.cost)}{', '.join(['', *marks])}, {answer.seconds:.2f} s"
    yield f"answered  {datetime.fromtimestamp(answer.at, UTC):%Y-%m-%d %H:%M:%S} UTC"
    if settings:
        yield f"settings  {settings}"


def _totals(log: AnswerReader, which: Filter, as_json: bool) -> Iterator[str]:
    from mmrecipes.cli.answer_texts import first_line

    groups, whole = log.by("role", "name", which=which), log.totals()
    still_open = {"open_calls": whole.open_calls, "open_cost": whole.open_cost}
    if as_json:
        listed = [{"role": g.values[0], "name": g.values[1], **asdict(g.tally)} for g in groups]
        yield json.dumps({"groups": listed, **still_open}, indent=2)
        return
    rows = [("role", "name", "calls", "reused", "stand-in", "tokens in", "tokens out", "images", "cost")]
    rows += [(*(first_line(v, 60) for v in g.values), *_sums([g.tally])) for g in groups]
    rows.append(("total", "", *_sums([g.tally for g in groups])))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = (c.rjust(w) if i >= 2 else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        yield "  ".join(cells)
    if whole.open_calls:
        most = _money(whole.open_cost)
        yield f"{whole.open_calls:,} calls were sent, or about to be, and have no answer; they may cost up to {most}"


def _sums(tallies: Sequence[Tally]) -> list[str]:
    names = ("calls", "reused", "stand_in", "tokens_in", "tokens_out", "images")
    return [f"{sum(getattr(t, n) for t in tallies):,}" for n in names] + [_money(sum(t.cost for t in tallies))]


def _export(log: AnswerReader, which: Filter, accept: Accept, limit: int | None, out: Path) -> str:
    from mmrecipes.cli.answer_texts import record
    from mmrecipes.store.files import new_file, operation

    if out.exists():
        raise UsageError(f"{out} is there already: choose another name or remove it")
    count = 0
    with new_file(out) as temporary, temporary.open("w", encoding="utf-8") as f:
        operation("write", out)
        for answer in _newest(log, which, accept, limit):
            f.write(record(answer) + "\n")
            count += 1
    return f"{count:,} answers in {out}"


def _array(elements: Iterable[str]) -> Iterator[str]:
    """A JSON array, an element per line."""
    yield "["
    for i, element in enumerate(elements):
        yield f"{',' if i else ' '}{element}"
    yield "]"
