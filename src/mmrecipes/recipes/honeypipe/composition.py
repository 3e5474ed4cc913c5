"""What a pool was and what became of it: by domain and by source, before and after; kinds of reasoning; rejects.

`python -m mmrecipes.recipes.honeypipe.composition RUN` prints the report of a finished run as JSON.

Covered: rows and samples, keep rates by source, why rows of each source were dropped (a source whose answers are often
wrong shows as many `wrong_conclusion`), how rows were verified and how often the judge sided with the rules, lengths of
the answers. Cost is in the run's own report.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mmrecipes.core.sample import Sample
from mmrecipes.core.text import words
from mmrecipes.flow.ledger import dropped_samples
from mmrecipes.store.dataset import read_samples

PUBLISHED = {
    "General": 36.8, "Chart": 24.6, "Caption": 15.1, "STEM": 7.6, "Document": 5.9, "Grounding&Counting": 5.1,
    "OCR": 4.9,
}  # fmt: skip
"""Shares of the study's 15M samples in percent, for comparison."""
COTS = ("bypass", "short", "long")
LENGTHS = (10, 25, 50, 100, 200, 400, 800)


def composition(run: Path) -> dict[str, Any]:
    """The report of a finished run. Raises `UsageError` or `InputError` when there is none."""
    kept = list(map(_about, read_samples(run)))
    dropped = [(_about(d.sample), d.reason) for d in dropped_samples(run, limit_per_reason=sys.maxsize)]
    rows = {a["row"]: a for a in (*kept, *(a for a, _ in dropped))}
    alive = {a["row"]: a for a in kept}
    return {
        "rows": len(rows), "kept_rows": len(alive), "samples": len(kept), "cot": _counted(a["cot"] for a in kept),
        "domains": _shares(rows.values(), alive.values(), "domain"),
        "sources": _shares(rows.values(), alive.values(), "source"),
        "rejects": _rejects(dropped),
        "verified_by": _counted(v["method"] for a in kept for v in a["verdicts"]),
        "judge_beside_rules": _counted(_beside(v) for a in kept for v in a["verdicts"] if v["method"] == "judge"),
        "answer_words": {cot: _lengths(a["words"] for a in kept if a["cot"] == cot) for cot in COTS},
    }  # fmt: skip


def _about(sample: Sample) -> dict[str, Any]:
    """What the report needs of a sample, without its images."""
    meta = sample.meta
    return {
        "row": meta.get("pair_id", sample.id), "domain": meta.get("domain") or "unlabelled",
        "source": sample.source or sample.id.split("/")[1],
        "cot": meta.get("cot", ""), "verdicts": meta.get("verdicts", ()),
        "words": sum(len(words(m.text)) for m in sample.messages if m.role == "assistant"),
    }  # fmt: skip


def _shares(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]], name: str) -> dict[str, Any]:
    """Per value: rows before and after, both shares in percent, share kept; of a domain also the published share."""
    was, now = Counter(a[name] for a in before), Counter(a[name] for a in after)
    return {
        value: {
            "before": count, "after": now[value], "before_share": _percent(count, was.total()),
            "after_share": _percent(now[value], now.total()), "kept": _percent(now[value], count),
        } | ({"published_share": PUBLISHED[value]} if name == "domain" and value in PUBLISHED else {})
        for value, count in was.most_common()
    }  # fmt: skip


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def _rejects(dropped: Iterable[tuple[Mapping[str, Any], str]]) -> dict[str, dict[str, int]]:
    reasons: dict[str, list[str]] = defaultdict(list)
    for about, reason in dropped:
        reasons[about["source"]].append(reason)
    return {source: _counted(many) for source, many in sorted(reasons.items())}


def _beside(verdict: Mapping[str, Any]) -> str:
    return f"{verdict['rule']}, judge agrees"


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values).most_common())


def _lengths(values: Iterable[int]) -> dict[str, int]:
    counts = Counter(next((high for high in LENGTHS if value < high), 0) for value in values)
    return {f"< {high}" if high else f"{LENGTHS[-1]} +": counts[high] for high in (*LENGTHS, 0) if counts[high]}


def main(arguments: list[str]) -> Iterator[str]:
    for run in arguments:
        yield json.dumps(composition(Path(run)), ensure_ascii=False, indent=2)


if __name__ == "__main__":
    print(*main(sys.argv[1:]), sep="\n")
