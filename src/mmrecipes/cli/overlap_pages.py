"""The pages of `mmr decontaminate`: the counts, and pairs read again from data and benchmarks.

Covered: `run/report.html`, which holds no content of a benchmark, and `run/pairs.html`, the only file that does. Not
covered: how pages look (see `report/overlap`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mmrecipes.canvas.encode import encode
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Sample
from mmrecipes.formats.reader import Rows
from mmrecipes.report.content import Headline
from mmrecipes.report.overlap import BenchmarkRow, Listed, Overlap, PairView, Side, render_overlap
from mmrecipes.report.pictures import Album, Shown
from mmrecipes.report.wording import number, share
from mmrecipes.steps.decontaminate.benchmark import Benchmark
from mmrecipes.steps.decontaminate.building import LONG
from mmrecipes.steps.decontaminate.building import SHORT as SHORT_RUN
from mmrecipes.steps.decontaminate.cleaning import Cleaned, listed
from mmrecipes.steps.decontaminate.evidence import Evidence, Policy
from mmrecipes.steps.decontaminate.features import LEAST_AGREEING
from mmrecipes.steps.decontaminate.image_match import DHASH
from mmrecipes.steps.decontaminate.items import Item, all_images
from mmrecipes.steps.decontaminate.measures import MOST_CHANGED, MOST_UNLIKE, NCC, SSIM
from mmrecipes.steps.decontaminate.reading import read_row
from mmrecipes.steps.decontaminate.summary import BenchmarkCounts, Pair
from mmrecipes.steps.decontaminate.text_match import COVERED
from mmrecipes.steps.decontaminate.views import VIEWS
from mmrecipes.store.files import write_bytes

REPORT, PAIRS = "report.html", "pairs.html"
SHORT = 700
"""Characters of a text that a page shows."""
LISTED = 200
"""Ids of a list that a page shows."""
ACTIONS = {
    "remove_sample": "dropped", "remove_turn": "turns dropped", "annotate": "marked", "review": "for review",
}  # fmt: skip

DONE = {
    "remove_sample": "samples are dropped",
    "remove_turn": "turns are dropped, and whole samples where a picture is the evidence or no turn is left",
    "annotate": "samples are marked in meta.leak and stay",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the command was told, and what readers remarked."""

    command: str
    remarks: tuple[str, ...]
    policy: Policy
    embedder: str = ""


def write_pages(
    out: Path, rows: Rows, benchmarks: Sequence[Benchmark], cleaned: Cleaned, said: Said, pairs: bool
) -> None:
    """Write the report and, if asked for and anything was found, the page of pairs."""
    page = _page(cleaned, said)
    shown = tuple(_pairs(rows, benchmarks, cleaned)) if pairs else ()
    in_all = cleaned.summary.pairs_in_all
    about = replace(page, pairs_file=PAIRS if shown else "", pairs_shown=len(shown), pairs_in_all=in_all)
    write_bytes(out / "run" / REPORT, render_overlap(about).encode())
    if shown:
        write_bytes(out / "run" / PAIRS, render_overlap(replace(about, pairs=shown)).encode())


def _page(cleaned: Cleaned, said: Said) -> Overlap:
    touched = sum(sum(c.values()) for c in (cleaned.dropped, cleaned.shortened, cleaned.annotated))
    read = cleaned.rows - len(cleaned.unread)
    return Overlap(
        title=f"{touched:,} of {read:,} samples overlap with benchmarks",
        command=said.command,
        headlines=tuple(_headlines(cleaned)),
        benchmarks=tuple(map(_row, cleaned.benchmarks)),
        actions=tuple(name for action, name in ACTIONS.items() if action in _used(cleaned)),
        method=tuple(_method(said, cleaned)),
        dropped=_listed(cleaned, "remove_sample"),
        review=_listed(cleaned, "review"),
        unread=tuple(cleaned.unread[:LISTED]),
        unread_in_all=len(cleaned.unread),
        unchecked=tuple(name for name, f in cleaned.findings.values() if f.unchecked)[:LISTED],
        unchecked_in_all=cleaned.unchecked,
        notes=said.remarks,
    )


def _used(cleaned: Cleaned) -> set[str]:
    return {"remove_sample", "review", *(a for b in cleaned.benchmarks for by in b.tiers.values() for a in by)}


def _headlines(cleaned: Cleaned) -> Iterator[Headline]:
    dropped, review = sum(cleaned.dropped.values()), sum(cleaned.review.values())
    yield Headline("samples", number(cleaned.rows))
    yield Headline("kept", number(cleaned.kept), share(cleaned.kept, cleaned.rows))
    yield Headline("dropped", number(dropped), share(dropped, cleaned.rows), "drop")
    yield Headline("for review", number(review), "kept")
    if cleaned.shortened:
        yield Headline("shortened", number(sum(cleaned.shortened.values())), "kept, turns dropped")
    if cleaned.annotated:
        yield Headline("marked", number(sum(cleaned.annotated.values())), "kept, in meta.leak")
    if cleaned.unread:
        yield Headline("unread", number(len(cleaned.unread)), "not in the output", "error")
    if cleaned.unchecked:
        yield Headline("unsure", number(cleaned.unchecked), "kept, a picture is broken")


def _row(b: BenchmarkCounts) -> BenchmarkRow:
    tiers = tuple((tier, tuple((ACTIONS[a], n) for a, n in by.items())) for tier, by in b.tiers.items())
    unreadable = ", ".join(f"{reason} {count:,}" for reason, count in b.unreadable.items())
    return BenchmarkRow(
        b.name, b.registry, b.items, b.items_hit, b.samples_hit, tiers, b.with_images, b.with_text, b.pictures,
        unreadable, b.at_hand, b.remarks,
    )  # fmt: skip


def _listed(cleaned: Cleaned, action: str) -> Listed:
    found = listed(cleaned, action)
    rows = tuple((str(f["id"]), str(f["tier"]), str(f["benchmark"]), str(f["item"])) for f in found[:LISTED])
    return Listed(rows, len(found))


def _method(said: Said, cleaned: Cleaned) -> Iterator[tuple[str, str]]:
    """What was compared and how, with the thresholds that were in force."""
    p = said.policy
    if p.images:
        yield "pictures by id", "ids of COCO, Visual Genome and Flickr in paths, URLs and fields"
        yield (
            "pictures by pixels",
            "SHA-256 of the decoded upright RGB pixels; all frames; transparency on white and black",
        )
        yield (
            "near pictures",
            f"pHash within {p.phash} of 64 bits in {len(VIEWS)} views (mirrored, turned, without borders, centre), and "
            f"dHash within {DHASH}; {LEAST_AGREEING} local features in one arrangement; "
            + (f"{said.embedder}: cosine from {p.copy_likely}" if said.embedder else
               f"low frequencies: cosine from {p.copy_likely}; no copy-detection model was used"),
        )  # fmt: skip
        yield (
            "near pictures are confirmed",
            f"laid over each other: correlation from {NCC} or SSIM from {SSIM}, no compact part that differs "
            f"(at most {100 * MOST_CHANGED:.1f} % of the area), and of charts, tables and pages at most "
            f"{100 * MOST_UNLIKE:.0f} % other details; else they are for review",
        )
        reuse = (
            "stays where its question is another one (for review)" if p.image_reuse == "allow" else "is reason enough"
        )
        yield "a benchmark's picture with another question", reuse
    else:
        yield "pictures", "not compared: only texts were asked for"
    run = SHORT_RUN if p.strict else LONG
    yield (
        "texts",
        f"a run of {run} words that is shared, or half of a question's runs of {SHORT_RUN}; confirmed where more than "
        f"{100 * COVERED:.0f} % of the question is there in order, or its answer follows; other numbers make it a "
        "template, for review",
    )
    yield "short texts", "a short question counts only with its answer and the picture; a caption from six words"
    yield "samples made from others", "what was made from a dropped sample is dropped too (tier derived)"
    yield "what is done", DONE[p.mode]
    for b in cleaned.benchmarks:
        yield f"registry of {b.name}", b.registry


def _pairs(rows: Rows, benchmarks: Sequence[Benchmark], cleaned: Cleaned) -> Iterator[PairView]:
    named = {b.name: b for b in benchmarks}
    album = Album()
    for pair in cleaned.summary.pairs():
        sample = read_row(rows, pair.row).sample
        if sample is None:
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
        return _side(title, encode(benchmark.picture(e.picture).pixels), tuple(said), len(item.images) - 1, album)
    return _side(title, image, tuple(said), max(0, len(item.images) - 1), album)


def _side(title: str, image: Image | None, said: tuple[tuple[str, str, bool], ...], more: int, album: Album) -> Side:
    shown: Shown | None = album.show(image) if image is not None else None
    return Side(title, shown, image.size if image is not None else (0, 0), said, more)


def _cut(text: str) -> str:
    return text if len(text) <= SHORT else text[:SHORT] + " …"
