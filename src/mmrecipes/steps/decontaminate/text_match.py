"""Which items of a benchmark the texts of a sample repeat.

Covered: runs of 13 words over the borders of turns, coverage by runs of 8; whole questions, their templates, sets of
options; captions wherever they stand in a text; answers near a question. Where the benchmark's own texts are at hand a
repeated run is confirmed by the matched length of the whole question, and numbers tell a copy from a template. Not
covered: paraphrase, translation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mmrecipes.core.sample import Message, Sample
from mmrecipes.steps.decontaminate import wording
from mmrecipes.steps.decontaminate.building import LONG, SHORT
from mmrecipes.steps.decontaminate.registry import Registry

COVERED = 0.5
"""Share of a question's runs of 8 words, or of its words in order, that a copy has."""
LEAST_TEMPLATE = 8
"""Words of a question whose template says anything."""
LEAST_CAPTION = 6
ANSWER_WITHIN = 50
"""Words after a question within which its answer counts."""
_MOST = 8


@dataclass(frozen=True, slots=True)
class Question:
    """One user turn: digests of the question, its template, its options, and the answer that follows."""

    turn: int
    question: int
    template: int
    options: int
    answer: int
    said: tuple[str, ...]


class Spoken:
    """All that is said in a sample, in order; alternatives too."""

    def __init__(self, sample: Sample) -> None:
        self.words: list[str] = []
        self.turns: list[int | None] = []
        self.questions: list[Question] = []
        for number, message in enumerate(sample.messages):
            self._add(number, message.text)
            if message.role == "user":
                self.questions.append(_question(sample.messages, number))
        for message in (m for a in sample.alternatives for m in a.messages):
            self._add(None, message.text)

    def _add(self, turn: int | None, text: str) -> None:
        said = wording.word_list(text)
        self.words += said
        self.turns += [turn] * len(said)

    @cached_property
    def digests(self) -> wording.Digests:
        return wording.digests(self.words)

    def runs(self, length: int) -> wording.Digests:
        return wording.runs(self.digests, length)


def _question(messages: Sequence[Message], at: int) -> Question:
    stem, options = wording.stem_and_options(messages[at].text)
    words = wording.word_list(stem)
    following = messages[at + 1] if at + 1 < len(messages) else None
    said = following.text if following is not None and following.role == "assistant" else ""
    return Question(
        at, wording.digest(words), wording.digest(wording.without_numbers(words)), wording.set_digest(options),
        wording.digest(wording.word_list(said)), tuple(options),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Repeat:
    """A run of words that a sample shares with an item, at `start` of the sample's words. `covered` is the share of the
    question's runs of 8 words that the sample has."""

    item: int
    start: int
    digest: int
    covered: float


class TextIndex:
    """The texts of a registry, ready to be looked up."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        r = registry
        self._questions = _places(r.item_question)
        self._templates = _places(np.where(r.item_numbers & (r.item_words >= LEAST_TEMPLATE), r.item_template, 0))
        self._options = _places(r.item_options)
        self._captions: dict[int, dict[int, list[int]]] = {}
        for digest, words, of in zip(
            r.caption_digest.tolist(), r.caption_words.tolist(), r.caption_of.tolist(), strict=True
        ):
            self._captions.setdefault(words, {}).setdefault(digest, []).append(of)
        self._answers: dict[int, list[tuple[int, int]]] = {}
        for of, digest, words in zip(
            r.answer_of.tolist(), r.answer_digest.tolist(), r.answer_words.tolist(), strict=True
        ):
            self._answers.setdefault(of, []).append((digest, words))

    def repeats(self, spoken: Spoken, strict: bool) -> list[Repeat]:
        """Items of which a run of 13 words (`strict`: 8) is repeated, or half of the runs of 8; most covered first."""
        starts = self._first_places(spoken, LONG)
        shorter = self._all_places(spoken, SHORT)
        share = {item: len(runs) / max(1, int(self.registry.item_runs[item])) for item, runs in shorter.items()}
        for item, runs in shorter.items():
            if item not in starts and (strict or share[item] >= COVERED):
                starts[item] = min(runs.items(), key=lambda run: run[1])
        found = [Repeat(item, at, run, share.get(item, 0.0)) for item, (run, at) in starts.items()]
        return sorted(found, key=lambda f: (-f.covered, f.item))[:_MOST]

    def _first_places(self, spoken: Spoken, length: int) -> dict[int, tuple[int, int]]:
        """Item to (run, place in the sample) of the first run that is shared."""
        first: dict[int, tuple[int, int]] = {}
        for item, runs in self._all_places(spoken, length).items():
            first[item] = min(runs.items(), key=lambda run: run[1])
        return first

    def _all_places(self, spoken: Spoken, length: int) -> dict[int, dict[int, int]]:
        """Item to the runs it shares with the sample, each with the first place."""
        values, of = getattr(self.registry, f"run{length}"), getattr(self.registry, f"run{length}_of")
        runs = spoken.runs(length)
        if not len(values) or not len(runs):
            return {}
        left, right = np.searchsorted(values, runs, "left"), np.searchsorted(values, runs, "right")
        found: dict[int, dict[int, int]] = {}
        for place in np.flatnonzero(right > left).tolist():
            for item in of[left[place] : right[place]].tolist():
                found.setdefault(item, {}).setdefault(int(runs[place]), place)
        return found

    def same_question(self, question: Question) -> list[int]:
        """Items that ask exactly this."""
        return self._questions.get(question.question, []) if question.question else []

    def same_template(self, question: Question) -> list[int]:
        """Items that ask this with other numbers."""
        if not question.template:
            return []
        same = set(self.same_question(question))
        return [item for item in self._templates.get(question.template, []) if item not in same]

    def same_options(self, question: Question) -> list[int]:
        """Items with the same set of options."""
        return self._options.get(question.options, []) if question.options else []

    def captions(self, spoken: Spoken, least: int) -> Iterator[tuple[int, int, int, int]]:
        """(item, words, digest, place) of every caption of at least `least` words that is said."""
        for words, known in self._captions.items():
            if words < least:
                continue
            for place, run in enumerate(spoken.runs(words).tolist()):
                for item in known.get(run, ()):
                    yield item, words, run, place

    def answered(self, item: int, question: Question) -> bool:
        """Whether the turn after the question is exactly an answer of the item."""
        return any(digest == question.answer for digest, _ in self._answers.get(item, ())) and question.answer != 0

    def answer_follows(self, item: int, spoken: Spoken, start: int) -> bool:
        """Whether an answer of the item stands, as whole words, behind the run, at most 50 words after the question."""
        begin = start + SHORT
        near = spoken.digests[begin : start + int(self.registry.item_words[item]) + ANSWER_WITHIN]
        return any(
            (wording.runs(near, words) == np.uint64(digest)).any() for digest, words in self._answers.get(item, ())
        )


@dataclass(frozen=True, slots=True)
class Overlap:
    """A question laid beside what a sample says: the share of its words that are there in order, and whether numbers
    stand in it that are others there."""

    matched: float
    other_numbers: bool


def overlap(question: Sequence[str], spoken: Sequence[str], start: int) -> Overlap:
    """Lay a question beside the words around `start`."""
    around = spoken[max(0, start - len(question)) : start + 2 * len(question) + LONG]
    blocks = SequenceMatcher(None, question, around, autojunk=False)
    matched = sum(b.size for b in blocks.get_matching_blocks()) / max(1, len(question))
    changed = any(
        tag == "replace" and any(map(wording.is_number, question[a:b])) and any(map(wording.is_number, around[c:d]))
        for tag, a, b, c, d in blocks.get_opcodes()
    )
    return Overlap(matched, changed)


def _places(digests: npt.NDArray[np.uint64]) -> dict[int, list[int]]:
    """Digest to places; 0 stands for nothing."""
    places: dict[int, list[int]] = {}
    for at, digest in enumerate(digests.tolist()):
        if digest:
            places.setdefault(digest, []).append(at)
    return places
