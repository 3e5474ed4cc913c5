"""`mmr inspect`: what a path holds, before anything is run on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmrecipes.cli.options import read_options, reader_options
from mmrecipes.core.errors import UsageError

if TYPE_CHECKING:
    from mmrecipes.core.sample import Message, Sample
    from mmrecipes.formats.inspection import Inspection

EPILOG = """\b
Examples:
  mmr inspect train-00000-of-00004.parquet
  mmr inspect pairs.json --images pictures
  mmr inspect table.parquet --reader hf --read question=prompt_text --read answer=gold
  mmr inspect shards --page shards.html
  mmr inspect data --json | jq .problems
"""
SHOWN = 400
"""Characters of a text that are printed."""
MOST_COUNTED = 5


@click.command(epilog=EPILOG)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@reader_options
@click.option("--samples", type=click.IntRange(min=0), default=10, show_default=True, metavar="N",
              help="How many samples to show.")  # fmt: skip
@click.option("--all", "every_row", is_flag=True, help="Check every row, not an evenly spread part of many.")
@click.option("--page", type=click.Path(path_type=Path), metavar="FILE", help="Write the samples as an HTML page.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
def inspect(
    path: Path, reader: str, images: Path | None, reading: tuple[str, ...], samples: int, every_row: bool,
    page: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Say what a file or folder holds and what could be read of it.

    What it is and why, rows and columns, what becomes of each column, rows that cannot be used with their reasons,
    images, turns, texts, and a few samples. Reads rows as a run would; changes nothing. Exit code 3 when no row can be
    used, when nothing can be read of one of several files, or when no reader knows the keys of the rows: these are
    shown as they are.
    """
    from mmrecipes.formats.inspection import inspect as look_at

    options = read_options(images, reading)
    if page is not None and page.exists():
        raise UsageError(f"{page} exists; choose another --page")
    found = look_at(path, reader, options, samples=samples, every_row=every_row)
    if as_json:
        import json

        click.echo(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(found)))
    if page is not None:
        _write_page(found, page)
        click.echo(f"page     {page}", err=as_json)
    return 0 if found.recognised and found.usable and not found.unread_files else 3


def _lines(found: Inspection) -> Iterator[str]:
    yield from _head(found)
    yield from _block("columns", _columns(found))
    yield from _block("cannot be used", _problems(found))
    yield from _block("images", _images(found))
    yield from _block("turns", _turns(found))
    for sample in found.samples:
        yield ""
        yield from _sample(sample)


def _head(found: Inspection) -> Iterator[str]:
    yield f"{found.path}"
    if found.recognised:
        yield f"  reader   {found.reader}: {plain(found.why)}"
    else:
        yield f"  reader   none: {plain(found.why)}"
        yield "  or       say what keys hold: --reader rows --read question=KEY --read answer=KEY (`mmr formats rows`);"
        yield "           or in a file of sources for `mmr run finevision`, in [source.annotation]"
    for name, why in found.others.items():
        yield f"  or       --reader {name}: {plain(why)}"
    yield f"  rows     {found.rows:,}"
    part = "every row" if found.checked == found.rows else f"{found.checked:,} rows, evenly spread (--all: every row)"
    yield f"  checked  {part}; {found.usable:,} can be {'used' if found.recognised else 'read, kept as they are below'}"
    yield from told(found.remarks, found.unread_files)
    if found.repeated_ids:
        yield f"  note     {found.repeated_ids:,} rows have an id that an earlier row has"


def _columns(found: Inspection) -> dict[str, str]:
    """What becomes of each column; with it, of one kept in `meta`, what its values are."""
    return {c: f"{said}: {_types(found, c)}" if c in found.types else said for c, said in found.columns.items()}


def _types(found: Inspection, column: str) -> str:
    """What the values are; with counts where not all are alike."""
    counts = found.types[column]
    return next(iter(counts)) if list(counts.values()) == [found.usable] else _counted(counts)


def told(remarks: Iterable[str], unread_files: Sequence[str]) -> Iterator[str]:
    """Lines of what a reader had to say: first the files of which nothing can be read."""
    yield from (f"  unread   {plain(line)}" for line in unread_files)
    yield from (f"  note     {plain(line)}" for line in remarks if line not in unread_files)


def _problems(found: Inspection) -> dict[str, str]:
    return {
        p.reason: f"{p.count:,} ({100 * p.count / found.checked:.1f} %), first row {p.first_row:,}: {plain(p.detail)}"
        for p in found.problems
    }


def _images(found: Inspection) -> dict[str, str]:
    names = ("images per row", "width", "height", "bytes")
    spreads = {n: _spread(found, n) for n in names if n in found.spreads and "format" in found.counts}
    return spreads | ({"format": _counted(found.counts["format"])} if spreads else {})


def _turns(found: Inspection) -> dict[str, str]:
    counted = {n: _counted(found.counts[n]) for n in ("split", "kind", "turns", "rows with") if n in found.counts}
    lengths = {n: _spread(found, n) for n in found.spreads if n.startswith("characters")}
    return {**counted, **lengths}


def _spread(found: Inspection, name: str) -> str:
    spread = found.spreads[name]
    return f"{spread.least:,.0f} to {spread.most:,.0f}, median {spread.median:,.0f}"


def _counted(counts: Mapping[str, int]) -> str:
    first = ", ".join(f"{plain(_cut(name, 60))} {count:,}" for name, count in list(counts.items())[:MOST_COUNTED])
    return f"{first} and {len(counts) - MOST_COUNTED:,} more" if len(counts) > MOST_COUNTED else first


def _block(title: str, values: Mapping[str, str]) -> Iterator[str]:
    if not values:
        return
    yield f"\n{title}"
    width = min(28, max(len(plain(name)) for name in values))
    for name, value in values.items():
        yield f"  {plain(name):{width}}  {value}"


def _sample(sample: Sample) -> Iterator[str]:
    yield f"{plain(sample.id)}{f'  [{plain(sample.task)}]' if sample.task else ''}"
    numbers = {im.sha256: i + 1 for i, im in enumerate(sample.images)}
    for number, image in enumerate(sample.images, 1):
        yield f"  image {number}: {image.width}x{image.height} {image.media_type.removeprefix('image/')}"
    for message in sample.messages:
        yield _said(message.role, message, numbers)
    for alternative in sample.alternatives:
        for message in alternative.messages:
            yield _said(f"{plain(alternative.verdict)} {message.role}", message, numbers)
    if sample.regions:
        labels = ", ".join(plain(r.label) for r in sample.regions[:MOST_COUNTED])
        yield f"  {len(sample.regions):,} regions: {_cut(labels, SHOWN)}"
    if sample.meta:
        import json

        yield f"  meta: {_cut(plain(json.dumps(dict(sample.meta), ensure_ascii=False)), SHOWN)}"


def _said(who: str, message: Message, numbers: Mapping[str, int]) -> str:
    parts = [p.text if p.image is None else f"[image {numbers.get(p.image, '?')}]" for p in message.parts]
    text = _cut(" ".join(p for p in parts if p is not None), SHOWN)
    return "\n    ".join([f"  {who}: {(lines := plain(text).splitlines() or [''])[0]}", *lines[1:]])


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]} … ({len(text) - length:,} more characters)"


def plain(text: str) -> str:
    """The text without what a terminal would obey: control and direction characters are shown as escapes."""
    return "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else _escape(c) for c in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _write_page(found: Inspection, page: Path) -> None:
    from mmrecipes.report.samples_page import Page, render_samples
    from mmrecipes.store.files import write_bytes

    tables = {
        "Columns": _columns(found),
        "Rows that cannot be used": _problems(found),
        "Images": _images(found),
        "Turns": _turns(found),
    }
    content = Page(
        title=found.path.name,
        eyebrow=f"{found.reader if found.recognised else 'no reader'}: {found.why}",
        summary=f"{found.usable:,} of the {found.checked:,} rows checked can be "
        f"{'used' if found.recognised else 'read'}; the source has {found.rows:,}.",
        tables={title: tuple(rows.items()) for title, rows in tables.items() if rows},
        samples=found.samples,
    )
    write_bytes(page, render_samples(content).encode())
