"""Evidence from texts, by the rule of each benchmark.

Covered: long questions (runs of words, confirmed where the benchmark's texts are at hand), questions with their
options, captions, templates; and, given the items whose pictures a sample shows, short questions and expressions. Not
covered: paraphrase. A short question alone is never evidence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from mmrecipes.core.sample import Sample
from mmrecipes.steps.decontaminate.benchmark import Benchmark
from mmrecipes.steps.decontaminate.building import LONG
from mmrecipes.steps.decontaminate.evidence import Evidence, Kind, Policy, Tier
from mmrecipes.steps.decontaminate.text_match import (
    COVERED,
    LEAST_CAPTION,
    Question,
    Repeat,
    Spoken,
    overlap,
)
from mmrecipes.steps.decontaminate.wording import word_list

LEAST_OPTIONS, LEAST_OPTION_WORDS = 4, 2
"""A set of so many options, each of so many words, is evidence by itself."""
LEAST_PAIR = 3
"""Words of a caption that counts when both of a pair are said."""
ALONE = ("question", "question_and_options", "question_or_options")
"""Rules by which a text is evidence without the picture."""


class TextEvidence:
    """Looks for the texts of benchmarks."""

    def __init__(self, benchmarks: Sequence[Benchmark], policy: Policy) -> None:
        self.benchmarks, self.policy = benchmarks, policy

    def of(self, sample: Sample, shown: Mapping[str, Collection[int]]) -> Iterator[Evidence]:
        """The evidence of all that is said. `shown` holds, by benchmark, the items whose pictures the sample shows."""
        spoken = Spoken(sample)
        for benchmark in self.benchmarks:
            items = frozenset(shown.get(benchmark.name, ()))
            yield from _once(self._of(benchmark, spoken, items))

    def _of(self, benchmark: Benchmark, spoken: Spoken, shown: frozenset[int]) -> Iterator[Evidence]:
        rule = benchmark.registry.kind.text
        yield from self._together(benchmark, spoken, shown)
        if rule in ALONE or (rule == "with_image" and shown):
            for repeat in benchmark.texts.repeats(spoken, self.policy.strict):
                if rule in ALONE or repeat.item in shown:
                    yield from self._repeated(benchmark, spoken, repeat)
        if rule in ALONE:
            for question in spoken.questions:
                yield from self._whole(benchmark, question)
        if rule in ("caption", "caption_pair"):
            yield from self._captions(benchmark, spoken)

    def _together(self, benchmark: Benchmark, spoken: Spoken, shown: frozenset[int]) -> Iterator[Evidence]:
        """Short questions with their answers, and expressions, of pictures that are shown."""
        texts, rule = benchmark.texts, benchmark.registry.kind.text
        for question in spoken.questions:
            for item in texts.same_question(question):
                if item in shown and (rule == "with_image" or texts.answered(item, question)):
                    yield _found(benchmark, item, "question", "joint", True, f"{question.question:016x}", question.turn)
        if rule == "expression" and shown:
            for item, words, run, place in texts.captions(spoken, LEAST_CAPTION):
                if item in shown:
                    measures = {"words": words}
                    turn = spoken.turns[place]
                    yield _found(benchmark, item, "caption", "joint", True, f"{run:016x}", turn, measures)

    def _repeated(self, benchmark: Benchmark, spoken: Spoken, repeat: Repeat) -> Iterator[Evidence]:
        """A shared run of words: a copy, a template with other numbers, or too little of the question to say."""
        measures: dict[str, Any] = {"covered": round(repeat.covered, 3)}
        item = benchmark.item(repeat.item)
        sure = repeat.covered >= COVERED
        tier: Tier = "text_long"
        if item is not None:
            laid = overlap(word_list(item.question), spoken.words, repeat.start)
            measures["matched"] = round(laid.matched, 3)
            sure = laid.matched > COVERED
            tier = "template" if laid.other_numbers else "text_long"
        elif bool(benchmark.registry.item_numbers[repeat.item]) and repeat.covered < 1:
            sure = False
        if benchmark.texts.answer_follows(repeat.item, spoken, repeat.start):
            measures["answer_follows"] = True
            sure = True
        turn = spoken.turns[repeat.start]
        settled = sure and tier == "text_long"
        yield _found(benchmark, repeat.item, "words", tier, settled, f"{repeat.digest:016x}", turn, measures)

    def _whole(self, benchmark: Benchmark, question: Question) -> Iterator[Evidence]:
        texts, r = benchmark.texts, benchmark.registry
        for item in texts.same_question(question):
            total = int(r.item_words[item])
            same_options = bool(question.options) and int(r.item_options[item]) == question.options
            if same_options:
                total += int(r.item_option_words[item])
            if total >= LONG and (same_options or r.kind.text != "question_and_options"):
                yield _found(benchmark, item, "question", "text_long", True, f"{question.question:016x}", question.turn)
        if r.kind.text == "question_or_options":
            for item in texts.same_options(question):
                many, long = int(r.item_option_count[item]), int(r.item_option_least[item])
                if many >= LEAST_OPTIONS and long >= LEAST_OPTION_WORDS:
                    yield _found(
                        benchmark, item, "options", "text_long", True, f"{question.options:016x}", question.turn
                    )
        for item in texts.same_template(question):
            yield _found(benchmark, item, "template", "template", False, f"{question.template:016x}", question.turn)

    def _captions(self, benchmark: Benchmark, spoken: Spoken) -> Iterator[Evidence]:
        said: dict[int, dict[int, tuple[int, int]]] = {}
        for item, words, run, place in benchmark.texts.captions(spoken, LEAST_PAIR):
            said.setdefault(item, {}).setdefault(run, (words, place))
        for item, runs in sorted(said.items()):
            pair = len(runs) > 1
            long = [(run, words, place) for run, (words, place) in runs.items() if words >= LEAST_CAPTION]
            for run, words, place in long[:1] if long else [(r, *runs[r]) for r in sorted(runs)[:1] if pair]:
                measures = {"words": words, "pair": pair}
                yield _found(
                    benchmark, item, "caption", "text_long", True, f"{run:016x}", spoken.turns[place], measures
                )


def _found(
    benchmark: Benchmark, item: int, kind: Kind, tier: Tier, settled: bool, value: str, turn: int | None,
    measures: dict[str, Any] | None = None,
) -> Evidence:  # fmt: skip
    return Evidence(
        benchmark.name, benchmark.registry.item_id[item], kind, tier, settled, value, turn=turn,
        measures=measures or {}, place=item,
    )  # fmt: skip


def _once(found: Iterator[Evidence]) -> Iterator[Evidence]:
    """Per tier, kind and turn the first item, with the number of items that it is the same evidence for; a template
    only where nothing says more."""
    groups: dict[tuple[str, str, int | None], list[Evidence]] = {}
    for e in found:
        groups.setdefault((e.tier, e.kind, e.turn), []).append(e)
    settled = {e.turn for group in groups.values() for e in group if e.settled}
    for (tier, _, turn), group in groups.items():
        first = next((e for e in group if e.settled), group[0])
        if tier == "template" and turn in settled:
            continue
        from dataclasses import replace

        yield replace(first, items=len({e.item for e in group}))
