"""Annotations that are texts: questions in columns, transcriptions, keys and values, markup, preference pairs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar, Literal

from pydantic import Field

from mmrecipes.core.sample import Alternative, Sample, assistant, user
from mmrecipes.flow.step import Drop
from mmrecipes.formats.hf_parquet import listed
from mmrecipes.formats.plain_rows import json_in
from mmrecipes.recipes.finevision import requests
from mmrecipes.recipes.finevision.annotation import Annotation, Converted, as_text, as_texts, found, texts_in, without
from mmrecipes.recipes.finevision.annotation_pictures import LETTERS
from mmrecipes.recipes.finevision.requests import request
from mmrecipes.recipes.finevision.turns import Turn

FORMATS = {
    "html": "HTML", "latex": "LaTeX", "markdown": "Markdown", "otsl": "OTSL", "csv": "CSV", "json": "JSON",
    "svg": "SVG", "python": "Python", "tikz": "TikZ", "xml": "XML", "mermaid": "Mermaid", "smiles": "SMILES",
}  # fmt: skip
"""Languages of markup and what they are called."""


class Questions(Annotation):
    """A question and its answer in columns, or parallel lists of them, or their JSON; with options, the answer names
    one by its text, letter or number."""

    kind: Literal["questions"] = "questions"
    question: str = Field("question", description="column of the question or the list of questions")
    answer: str = Field("answer", description="column of the answer or the list of answers")
    options: str = Field("", description="column of the list of options of a single question, or of its text")
    number: Literal["from_zero", "from_one"] = Field("from_zero", description="how numbers count the options")

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.question, self.answer)

    @property
    def used(self) -> tuple[str, ...]:
        return (self.question, self.answer, self.options)

    def convert(self, sample: Sample, rng: Random) -> Converted | Drop:
        asked, said = found(sample, self.question), found(sample, self.answer)
        if self.options:
            given = found(sample, self.options)
            return self._chosen(as_text(asked), said, as_texts(listed(given) or given))
        if isinstance(several := texts_in(asked), list):
            asked, said = several, json_in(said)
        pairs = (asked, said) if isinstance(asked, list) else ([asked], [said])
        if not isinstance(pairs[1], list) or len(pairs[0]) != len(pairs[1]):
            return Drop("unequal_lists", f"{self.question} and {self.answer} are no lists of equal length")
        turns = [Turn(as_text(q), _one(a)) for q, a in zip(*pairs, strict=True)]
        return Converted(turns)

    def _chosen(self, asked: str, said: Any, options: Sequence[str]) -> Converted | Drop:
        place = self._place(said, options)
        if place is None:
            return Drop("answer_not_an_option", f"{said!r} is none of {len(options)} options")
        lines = [f"{letter}. {text}" for letter, text in zip(LETTERS, options, strict=False)]
        return Converted([Turn("\n".join([asked, *lines]), lines[place])])

    def _place(self, said: Any, options: Sequence[str]) -> int | None:
        """Which option an answer is; None when it is none or the list cannot be lettered."""
        if not 2 <= len(options) <= len(LETTERS):
            return None
        if isinstance(said, int) and not isinstance(said, bool):
            place = said - (self.number == "from_one")
            return place if 0 <= place < len(options) else None
        text = as_text(said)
        same = [i for i, option in enumerate(options) if option.casefold() == text.casefold()]
        if same:
            return same[0] if len(same) == 1 else None
        letter = text.strip("().: ").upper()
        place = LETTERS.find(letter) if len(letter) == 1 else -1
        return place if 0 <= place < len(options) else None


def _one(answer: Any) -> str:
    """An answer; of a list of several people's the most frequent one, the first of equally frequent ones."""
    texts = as_texts(answer)
    return max(texts, key=texts.count) if texts else ""


class Transcription(Annotation):
    """The text in a picture: a column, or the texts of the regions in the order of the source."""

    kind: Literal["text"] = "text"
    verbatim: ClassVar[bool] = True
    text: str = Field("text", description="column of the text, of its lines or of their JSON")

    @property
    def used(self) -> tuple[str, ...]:
        return (self.text,)

    def convert(self, sample: Sample, rng: Random) -> Converted | Drop:
        lines = as_texts(texts_in(found(sample, self.text))) or [r.text for r in sample.regions if r.text.strip()]
        if not lines:
            return Drop("no_text", f"nothing in {self.text}, and no region has a text")
        return Converted([Turn(request(requests.TRANSCRIBE, rng), "\n".join(lines))])


class KeyValues(Annotation):
    """Keys with their values: a turn for each, or all of them as JSON."""

    kind: Literal["key_values"] = "key_values"
    verbatim: ClassVar[bool] = True
    values: str = Field("values", description="column of the object, or of its JSON")
    form: Literal["each", "json"] = "each"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.values,)

    def convert(self, sample: Sample, rng: Random) -> Converted | Drop:
        given = found(sample, self.values)
        held = json_in(given)
        if not isinstance(held, Mapping) or not held:
            return without("no_values", self.values, given, "an object with entries")
        if self.form == "json":
            return Converted([Turn(request(requests.ALL_VALUES, rng), json.dumps(dict(held), ensure_ascii=False))])
        single = {k: as_text(v) for k, v in held.items() if not isinstance(v, (Mapping, list)) and as_text(v)}
        turns = [Turn(request(requests.VALUE_OF, rng, f'"{key}"'), value) for key, value in single.items()]
        return Converted(turns) if turns else Drop("no_values", f"no entry of {self.values} is a single value")


class Markup(Annotation):
    """What a picture looks like in a language: a table, a formula, code."""

    kind: Literal["markup"] = "markup"
    verbatim: ClassVar[bool] = True
    target: str = Field("target", description="column of the markup")
    language: Literal[tuple(FORMATS)]  # type: ignore[valid-type]
    block: Literal["fenced", "plain"] = "fenced"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.target,)

    def convert(self, sample: Sample, rng: Random) -> Converted | Drop:
        text = found(sample, self.target)
        if not isinstance(text, str) or not text.strip():
            return Drop("no_markup", f"{self.target} holds no text")
        body = text.strip("\r\n")
        if self.block == "fenced":
            body = f"```{self.language}\n{body}\n```"
        return Converted([Turn(request(requests.MARKUP, rng, FORMATS[self.language]), body)])


class Preference(Annotation):
    """A request with a preferred and a rejected answer: the preferred one is the turn."""

    kind: Literal["preference"] = "preference"
    grouped: ClassVar[bool] = False
    prompt: str = Field("prompt", description="column of the request")
    chosen: str = Field("chosen", description="column of the preferred answer")
    rejected: str = Field("rejected", description="column of the rejected answer")

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.prompt, self.chosen, self.rejected)

    def convert(self, sample: Sample, rng: Random) -> Converted | Drop:
        asked, good, bad = (as_text(found(sample, c)) for c in self.columns)
        if good == bad:
            return Drop("no_preference", "both answers are the same")
        rejected = Alternative("rejected", (user(*sample.images, asked), assistant(bad)))
        return Converted([Turn(asked, good)], [rejected] if bad else [])
