"""How varied the instructions are: languages, lengths, what they ask for, near duplicates.

`python -m mmrecipes.recipes.oasis.diversity RUN` prints the report of a finished run as JSON.

Covered: per sample the root verb and its object by a heuristic for English, lengths in words; over a dataset the
histograms, the share of near duplicates (MinHash, confirmed by exact overlap), and what the hook brought up. Not
covered: parsing; an instruction in another language, or one whose verb is not found, has no root.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.core.sample import Sample
from mmrecipes.steps.languages import language_of

BUCKETS = (5, 10, 20, 40, 80, 160, 320)
NEAR = 0.7
"""Overlap of word triples (Jaccard) from which two instructions count as near duplicates."""
_BANDS, _ROWS = 24, 4
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def words(text: str) -> list[str]:
    """Words; in scripts without blanks every character is one."""
    return _WORD.findall(_CJK.sub(lambda m: f" {m[0]} ", text))


def word_count(text: str) -> int:
    return len(words(text))


def traits(instruction: str, answer: str) -> dict[str, Any]:
    """What `meta` says about one sample, so that the run's report counts it."""
    verb, thing = root(instruction)
    return {
        "root": verb, "root_object": thing,
        "instruction_length": bucket(word_count(instruction)), "answer_length": bucket(word_count(answer)),
    }  # fmt: skip


def bucket(count: int) -> str:
    """ "5-9", "320+": a bin of the length histograms."""
    if count < BUCKETS[0]:
        return f"0-{BUCKETS[0] - 1}"
    for low, high in pairwise(BUCKETS):
        if count < high:
            return f"{low}-{high - 1}"
    return f"{BUCKETS[-1]}+"


def _each(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VERBS = _each(
    "add analyse analyze answer arrange assume calculate caption choose classify combine compare complete compose "
    "compute convert count create define derive describe design determine discuss draw estimate evaluate examine "
    "explain express extract fill find generate give guess help identify imagine improve infer interpret list locate "
    "look make mark match mention name outline pick plan point predict prove provide put read recommend rephrase "
    "rewrite say see select show simplify solve sort state suggest summarise summarize tell think transcribe translate "
    "turn use walk write"
)
_ASKING = _each("what which who whom whose where when why how")
_BE = _each("is are was were am be do does did can could will would should has have may might must")
_SKIPPED = _each(
    "please kindly now then first next also so and just me us a an the this that these those my your its his her "
    "their our some any all every each i you we to of in on at for from with"
)
_PREAMBLE = re.compile(
    r"^(?:(?:please|kindly|now|hi|hello|hey)\b[,!]?\s*|(?:can|could|would|will)\s+you\s+(?:please\s+)?|"
    r"i\s+(?:want|need|would\s+like)\s+you\s+to\s+|your\s+task\s+is\s+to\s+)+",
    re.IGNORECASE,
)


def root(instruction: str) -> tuple[str, str]:
    """The root verb of an English instruction and the first noun-like word it goes with; empty where not found.

    The request is looked for in the last sentence first, as a preamble usually precedes it.
    """
    if language_of(instruction) not in ("en", ""):
        return "", ""
    for sentence in reversed(re.split(r"(?<=[.!?])\s+|\n+", instruction.strip())):
        said = [w.lower() for w in words(_PREAMBLE.sub("", sentence.strip()))]
        found = _root_of(said, asks=sentence.rstrip().endswith("?"))
        if found[0]:
            return found
    return "", ""


def _root_of(said: Sequence[str], asks: bool) -> tuple[str, str]:
    if not said:
        return "", ""
    if said[0] in _VERBS:
        return said[0], _thing(said[1:])
    if not (asks or said[0] in _ASKING):
        return "", ""
    verb = next((w for w in said if w in _BE or w in _VERBS), "")
    before = [w for w in said[: said.index(verb)] if w not in _ASKING] if verb else []
    after = said[said.index(verb) + 1 :] if verb else said
    return verb or "ask", _thing([w for w in before if w not in ("many", "much")]) or _thing(after)


def _thing(following: Sequence[str]) -> str:
    return next((w for w in following if w not in _SKIPPED and w not in _BE and not w.isdigit()), "")


def diversity(samples: Iterable[Sample]) -> dict[str, Any]:
    """The report over finished samples. Prompted ones are counted apart and left out of the hook's figures."""
    count: Counter[str] = Counter()
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    texts: dict[str, list[str]] = {"instruction": [], "answer": []}
    for sample in samples:
        meta = sample.meta
        prompted = meta.get("hook_mode") == "prompted"
        count["prompted" if prompted else "hooked"] += 1
        if not prompted:
            tallies["hook_modes"][str(meta.get("hook_mode"))] += 1
            tallies["kinds"][str(meta.get("kind"))] += 1
        tallies["languages"][sample.language or "unknown"] += 1
        tallies["roots"][" ".join(filter(None, (meta.get("root", ""), meta.get("root_object", "")))) or "none"] += 1
        for name, message in zip(texts, sample.messages, strict=True):
            tallies[f"{name}_lengths"][meta[f"{name}_length"]] += 1
            texts[name].append(message.text)
    near, total = near_duplicates(texts["instruction"]), max(1, count.total())
    return {
        "samples": dict(count), **{name: dict(tally.most_common()) for name, tally in sorted(tallies.items())},
        "mean_words": {name: sum(map(word_count, many)) / total for name, many in texts.items()},
        "distinct_roots": len(tallies["roots"]),
        "near_duplicate_rate": len(near) / total,
    }  # fmt: skip


def near_duplicates(texts: Sequence[str]) -> Mapping[int, int]:
    """Text to the earlier one it nearly repeats, by index."""
    tables: list[dict[bytes, list[int]]] = [defaultdict(list) for _ in range(_BANDS)]
    triples: list[frozenset[int]] = []
    found: dict[int, int] = {}
    for number, text in enumerate(texts):
        own = _triples(text)
        bands = _signature(own).reshape(_BANDS, _ROWS)
        others = {o for table, band in zip(tables, bands, strict=True) for o in table.get(band.tobytes(), ())}
        match = next((o for o in sorted(others) if _overlap(own, triples[o]) >= NEAR), None)
        triples.append(own)
        if match is not None:
            found[number] = match
            continue
        for table, band in zip(tables, bands, strict=True):
            table[band.tobytes()].append(number)
    return found


def _triples(text: str) -> frozenset[int]:
    said = [w.lower() for w in words(text)]
    grams = [" ".join(said[i : i + 3]) for i in range(max(1, len(said) - 2))]
    return frozenset(int.from_bytes(hashlib.blake2b(g.encode(), digest_size=4).digest(), "big") for g in grams)


_SEEDS = np.random.default_rng(20250311)
_A = _SEEDS.integers(1, 1 << 31, _BANDS * _ROWS, dtype=np.uint64)
_B = _SEEDS.integers(0, 1 << 31, _BANDS * _ROWS, dtype=np.uint64)


def _signature(grams: frozenset[int]) -> npt.NDArray[np.uint64]:
    values = np.fromiter(grams, np.uint64, len(grams))
    return ((values[:, None] * _A + _B) % np.uint64((1 << 61) - 1)).min(axis=0)


def _overlap(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other)


if __name__ == "__main__":
    from mmrecipes.store.dataset import read_samples

    print(json.dumps(diversity(read_samples(Path(sys.argv[1]))), ensure_ascii=False, indent=2))
