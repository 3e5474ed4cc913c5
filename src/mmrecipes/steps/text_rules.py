"""Rules about texts: lengths, repetition, options, placeholders, control characters, echoes, cut-off ends, language.

A rule about instructions looks at every user turn on its own, as a request that recurs in each turn is no repetition;
the length is that of all user turns together. Not covered: whether a text is true or belongs to the image.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from mmrecipes.core.sample import Sample
from mmrecipes.core.text import squeezed, words
from mmrecipes.steps.answer_options import options_of
from mmrecipes.steps.languages import language_of
from mmrecipes.steps.repetition import most_repeated, repeated_ngrams
from mmrecipes.steps.rules import Finding

_SHOWN = 80


def instructions(sample: Sample) -> list[str]:
    """The texts of the user turns."""
    return [m.text for m in sample.messages if m.role == "user"]


def responses(sample: Sample) -> list[str]:
    """The texts of the assistant turns."""
    return [m.text for m in sample.messages if m.role == "assistant"]


@dataclass(frozen=True, slots=True)
class InstructionWords:
    """All user turns together have `least` to `most` words (a character each in scripts without blanks)."""

    least: int = 2
    most: int = 4000

    def __call__(self, sample: Sample) -> Finding | None:
        count = sum(len(words(text)) for text in instructions(sample))
        if count < self.least:
            return Finding("short_instruction", f"{count} words, at least {self.least}")
        if count > self.most:
            return Finding("long_instruction", f"{count} words, at most {self.most}")
        return None


def empty_response(sample: Sample) -> Finding | None:
    """Every assistant turn shows something, and there is one."""
    turns = [m for m in sample.messages if m.role == "assistant"]
    if not turns:
        return Finding("empty_response", "no assistant turn")
    for number, turn in enumerate(turns, 1):
        if not turn.text.strip() and not any(p.image for p in turn.parts):
            return Finding("empty_response", f"turn {number} of {len(turns)}")
    return None


@dataclass(frozen=True, slots=True)
class RepeatedSentence:
    """No sentence stands `times` times or more in one instruction."""

    times: int = 3

    def __call__(self, sample: Sample) -> Finding | None:
        for text in instructions(sample):
            sentence, count = most_repeated(text)
            if count >= self.times:
                return Finding("repeated_sentence", f"{count} x {_start(sentence)}")
        return None


@dataclass(frozen=True, slots=True)
class RepeatedWords:
    """In no instruction more than `share` of the runs of `n` words have occurred before."""

    share: float = 0.6
    n: int = 5

    def __call__(self, sample: Sample) -> Finding | None:
        for text in instructions(sample):
            if (share := repeated_ngrams(text, self.n)) > self.share:
                return Finding("repeated_words", f"{share:.3f} of the {self.n}-grams, at most {self.share:g}")
        return None


def repeated_option(sample: Sample) -> Finding | None:
    """No instruction lists two options with the same text (letter case and blanks ignored)."""
    for text in instructions(sample):
        if not (options := options_of(text)):
            continue
        option, count = Counter(squeezed(o).lower() for o in options.values()).most_common(1)[0]
        if count > 1:
            return Finding("repeated_option", f"{count} x {_start(option)}")
    return None


_PLACEHOLDER = re.compile(r"<(?:image|img|video|image_?placeholder|ImageHere)>|<\|(?:image|vision|video)[\w-]*\|>")


def unbalanced_placeholder(sample: Sample) -> Finding | None:
    """Texts hold no image placeholder (parts say where images stand), and every image is shown."""
    for message in sample.messages:
        for part in message.parts:
            if part.text and (found := _PLACEHOLDER.search(part.text)):
                return Finding("unbalanced_placeholder", f"{found[0]} in a text of the {message.role}")
    shown = {p.image for m in sample.messages for p in m.parts if p.image}
    hidden = sum(image.sha256 not in shown for image in sample.images)
    if hidden:
        return Finding("unbalanced_placeholder", f"{hidden} of {len(sample.images)} images are not shown")
    return None


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class ControlCharacters:
    """In no turn more than `share` of the characters are control characters (line ends and tabs are none)."""

    share: float = 0.01

    def __call__(self, sample: Sample) -> Finding | None:
        for message in sample.messages:
            text = message.text
            count = len(_CONTROL.findall(text))
            if count > self.share * len(text):
                return Finding("control_characters", f"{count} of {len(text)} characters of the {message.role}")
        return None


def echo(sample: Sample) -> Finding | None:
    """No response is the instruction before it (letter case and blanks ignored)."""
    asked = ""
    for message in sample.messages:
        said = squeezed(message.text).lower()
        if message.role == "user":
            asked = said
        elif message.role == "assistant" and said and said == asked:
            return Finding("echo", _start(said))
    return None


_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_BARE_NUMBER = re.compile(r"(?:^|\n)[ \t]*(?:\(?\d{1,3}[.)、]|[-*•])[ \t]*$")
_LISTED = re.compile(r"^[ \t]*(?:\(?\d{1,3}[.)、]|[-*•])[ \t]*\S", re.MULTILINE)


def truncated_response(sample: Sample) -> Finding | None:
    """No response ends inside a code fence or on the bare number of a list item. Meant as a flag."""
    for text in responses(sample):
        if len(_FENCE.findall(text)) % 2:
            return Finding("truncated_response", "ends inside a fence")
        if _BARE_NUMBER.search(text.rstrip()) and _LISTED.search(text):
            return Finding("truncated_response", "ends on the number of a list item")
    return None


@dataclass(frozen=True, slots=True)
class Languages:
    """Instructions and responses are in one of these languages (ISO 639-1); what cannot be told passes."""

    allowed: Collection[str]

    def __call__(self, sample: Sample) -> Finding | None:
        for name, texts in (("instruction", instructions(sample)), ("response", responses(sample))):
            language = language_of(" ".join(_beginnings(texts)))
            if language and language not in self.allowed:
                return Finding("language", f"{name} in {language}")
        return None


def _beginnings(texts: list[str], most: int = 300) -> Iterator[str]:
    """As much of the texts as it takes to tell a language."""
    for text in texts:
        if most <= 0:
            return
        yield text[:most]
        most -= len(text)


def _start(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")
