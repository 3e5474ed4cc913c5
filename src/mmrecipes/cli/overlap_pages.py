"""The pages of `mmr decontaminate`: the counts, and pairs read again from data and benchmarks.

Covered: `run/report.html`, which holds no content of a benchmark, and `run/pairs.html`, the only file that does. Not
covered: how pages look (see `report/overlap`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from mmrecipes.canvas.encode import encode
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Sample
from mmrecipes.formats.reader import Rows
from mmrecipes.report.content import Headline
from mmrecipes.report.overlap import BenchmarkRow, Overlap, PairView, Side, render_overlap
from mmrecipes.report.pictures import Album, Shown
from mmrecipes.report.wording import number, share
from mmrecipes.steps.decontaminate.benchmark import Benchmark
from mmrecipes.steps.decontaminate.cleaning import Cleaned
from mmrecipes.steps.decontaminate.evidence import Evidence
from mmrecipes.steps.decontaminate.items import Item, all_images
from mmrecipes.steps.decontaminate.reading import read_row
from mmrecipes.steps.decontaminate.summary import BenchmarkCounts, Pair
from mmrecipes.store.files import write_bytes

REPORT, PAIRS = "report.html", "pairs.html"
SHORT = 700
"""Characters of a text that a page shows."""
ACTIONS = {
    "remove_sample": "dropped", "remove_turn": "turn dropped", "annotate": "marked", "review": "kept, for review",
    "keep": "kept",
}  # fmt: skip


def write_pages(
    out: Path, rows: Rows, benchmarks: Sequence[Benchmark], cleaned: Cleaned, command: str, remarks: Sequence[str],
    pairs: bool,
) -> None:  # fmt: skip
    """Write the report and, if asked for and anything was found, the page of pairs."""
    page = _page(cleaned, command, remarks)
    shown = tuple(_pairs(rows, benchmarks, cleaned)) if pairs else ()
    write_bytes(out / "run" / REPORT, render_overlap(replace(page, pairs_file=PAIRS if shown else "")).encode())
    if shown:
        write_bytes(out / "run" / PAIRS, render_overlap(replace(page, pairs=shown)).encode())


def _page(cleaned: Cleaned, command: str, remarks: Sequence[str]) -> Overlap:
    touched = cleaned.dropped + cleaned.shortened + cleaned.annotated
    read = cleaned.rows - sum(cleaned.unread.values())
    headlines = [
        Headline("samples", number(cleaned.rows)),
        Headline("kept", number(cleaned.kept), share(cleaned.kept, cleaned.rows)),
        Headline("dropped", number(cleaned.dropped), share(cleaned.dropped, cleaned.rows), "drop"),
        Headline("for review", number(cleaned.review), "kept"),
    ]
    if cleaned.shortened:
        headlines.append(Headline("shortened", number(cleaned.shortened), "turns dropped"))
    if cleaned.annotated:
        headlines.append(Headline("marked", number(cleaned.annotated), "in meta.leak"))
    unread = sum(cleaned.unread.values())
    if unread:
        headlines.append(Headline("unread", number(unread), ", ".join(cleaned.unread), "error"))
    if cleaned.unchecked:
        headlines.append(Headline("unsure", number(cleaned.unchecked), "kept, a picture is broken"))
    return Overlap(
        title=f"{touched:,} of {read:,} samples overlap with benchmarks",
        command=command,
        headlines=tuple(headlines),
        benchmarks=tuple(_row(b) for b in cleaned.benchmarks),
        notes=tuple(remarks),
        facts=tuple((b.name, b.registry) for b in cleaned.benchmarks),
    )


def _row(b: BenchmarkCounts) -> BenchmarkRow:
    return BenchmarkRow(
        b.name, b.items, b.items_hit, b.samples_hit, tuple(b.tiers.items()), b.removed + b.shortened + b.annotated,
        b.review, b.coverage, b.remarks,
    )  # fmt: skip


def _pairs(rows: Rows, benchmarks: Sequence[Benchmark], cleaned: Cleaned) -> Iterator[PairView]:
    named = {b.name: b for b in benchmarks}
    album = Album()
    for pair in cleaned.summary.pairs():
        sample = read_row(rows, pair.row).sample
        if sample is None or pair.evidence.kind == "parent":
            continue
        yield _pair(pair, sample, named[pair.evidence.benchmark], album)


def _pair(pair: Pair, sample: Sample, benchmark: Benchmark, album: Album) -> PairView:
    e = pair.evidence
    item = benchmark.item(e.place)
    return PairView(
        sample=pair.sample,
        benchmark=benchmark.name,
        item=e.item,
        tier=e.tier,
        action=ACTIONS[pair.action],
        settled=e.settled,
        why=why(e),
        measures=tuple(_measures(e)),
        ours=_ours(sample, e, album),
        theirs=_theirs(e, item, benchmark, album),
    )


def why(e: Evidence) -> str:
    """What ties the two, in words."""
    view = {
        "": "", "identity": "", "flip": ", mirrored", "turn90": ", turned", "turn180": ", turned",
        "turn270": ", turned", "trimmed": ", without borders", "centre": ", cropped",
    }[e.view]  # fmt: skip
    said = {
        "source_id": f"same picture of a pool: {e.value}",
        "pixels": "every pixel is the same",
        "phash": f"near perceptual hash{view}",
        "copy": f"near fingerprint{view}",
        "words": "shared runs of words" if e.tier in ("text_long", "template") else "shared local features",
        "caption": "the same caption",
        "options": "the same set of options",
        "question": "the same question" + (" and answer with this picture" if e.tier == "joint" else ""),
        "template": "the same wording with other numbers",
        "parent": f"made from {e.value}",
    }[e.kind]
    if e.tier == "template" and e.kind == "words":
        said = "shared runs of words, but other numbers"
    if not e.settled and e.tier == "image_near":
        said += ", not confirmed" if e.measures.get("laid_by") else ", nothing to confirm it with"
    if e.measures.get("reuse"):
        said += "; pictures may be reused"
    return said + (f"; {e.items} items" if e.items > 1 else "")


_NAMES = {
    "ncc": "correlation", "ssim": "SSIM", "changed": "area changed", "unlike": "details unlike", "shared": "shown",
    "covered": "question covered", "matched": "question matched", "words": "words", "answer_follows": "answer follows",
}  # fmt: skip


def _measures(e: Evidence) -> Iterator[tuple[str, str]]:
    if e.kind == "phash":
        yield "bits apart", f"{e.value:.0f} of 64"
    if e.kind == "copy":
        yield "cosine", f"{e.value:.3f}"
    for key, value in e.measures.items():
        unmeasured = key in ("changed", "unlike") and value == 1
        if key in _NAMES and value is not False and not unmeasured:
            percent = key in ("changed", "unlike", "shared", "covered", "matched")
            yield _NAMES[key], f"{100 * value:.1f} %" if percent else "yes" if value is True else str(value)


def _ours(sample: Sample, e: Evidence, album: Album) -> Side:
    images = all_images(sample)
    image = images[e.image if e.image is not None else 0] if images else None
    said = tuple((m.role, _cut(m.text), n == e.turn) for n, m in enumerate(sample.messages) if m.text)
    return _side(sample.id, image, said, max(0, len(images) - 1), album)


def _theirs(e: Evidence, item: Item | None, benchmark: Benchmark, album: Album) -> Side:
    title = f"{benchmark.name} · {e.item}"
    if item is None:
        return Side(title, None, (0, 0), ())
    found = e.turn is not None
    said = [("question", _cut(item.question), found and e.kind not in ("caption", "options"))] if item.question else []
    said += [("options", _cut(" · ".join(item.options)), e.kind == "options")] if item.options else []
    said += [("answer", _cut(" · ".join(item.answers[:3])), False)] if item.answers else []
    said += [("caption", _cut(c), e.kind == "caption") for c in item.captions[:4]] if not item.question else []
    image = item.images[0] if item.images else None
    if e.picture >= 0:
        picture = benchmark.picture(e.picture)
        if picture is not None:
            return _side(title, encode(picture.pixels), tuple(said), len(item.images) - 1, album)
    return _side(title, image, tuple(said), max(0, len(item.images) - 1), album)


def _side(title: str, image: Image | None, said: tuple[tuple[str, str, bool], ...], more: int, album: Album) -> Side:
    shown: Shown | None = album.show(image) if image is not None else None
    return Side(title, shown, image.size if image is not None else (0, 0), said, more)


def _cut(text: str) -> str:
    return text if len(text) <= SHORT else text[:SHORT] + " …"
