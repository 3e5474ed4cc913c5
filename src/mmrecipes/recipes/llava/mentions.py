"""Where a text names a class of objects.

Covered: English singular and plural, everyday synonyms, the longest name first ("hot dog" is no dog), compounds ("dog
bed", "bus stop" are neither dog nor bus), common kinds of a class (a woman). Not covered: pronouns, other languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mmrecipes.steps.nouns import plural, shown


def word_set(words: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(words.split())


_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’-][^\W_]+)*|[.!?;:,()\n]|[^\w\s]")
ENDS = frozenset(".!?;:\n")
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "person": ("human", "individual"), "tv": ("television", "TV set"), "couch": ("sofa",),
    "cell phone": ("mobile phone", "cellphone"), "motorcycle": ("motorbike",), "airplane": ("plane", "aeroplane"),
    "bicycle": ("bike",), "refrigerator": ("fridge",), "donut": ("doughnut",), "hair drier": ("hair dryer",),
}  # fmt: skip
"""Other names for exactly the same things, of detection label sets."""
KINDS: Mapping[str, tuple[str, ...]] = {
    "person": ("man", "woman", "boy", "girl", "child", "kid", "lady", "gentleman", "toddler", "baby", "pedestrian",
               "cyclist", "skier", "surfer", "snowboarder", "skateboarder"),
    "dog": ("puppy",), "cat": ("kitten",), "horse": ("pony",), "boat": ("sailboat",), "car": ("taxi",),
}  # fmt: skip
"""Names for some of a class."""

FUNCTION_WORDS = word_set(
    "a an the this that these those its his her their our your my some any each every both all no not and or but nor "
    "so if as than then there here who whom whose which what where when while because of in on at by to from with "
    "without into onto over under above below beside besides between behind near next along across around against "
    "inside outside toward towards through beyond within for about up down off out is are was were be been being am "
    "has have had do does did can could will would may might must should it they he she we you i them him us also "
    "only just too very quite visible present alone together total"
)
_VERBS = word_set("lie stand sit rest hang appear seem stay wait share face line fill stood sat lay kept left")
_PARTS = word_set("image picture photo photograph scene frame view shot")


def tokens(text: str) -> list[str]:
    """Words in lower case and marks, in order."""
    return [t.lower() for t in _TOKEN.findall(text)]


def sentences(said: Sequence[str]) -> list[list[str]]:
    """Tokens cut at full stops, colons and line ends."""
    cut: list[list[str]] = [[]]
    for token in said:
        cut[-1].append(token)
        if token in ENDS:
            cut.append([])
    return [c for c in cut if c]


def is_word(token: str) -> bool:
    return token[0].isalnum()


def is_picture(token: str) -> bool:
    """A word for the picture itself."""
    return token in _PARTS


@dataclass(frozen=True, slots=True)
class Mention:
    """Tokens start..end (exclusive) name a class. `many` is None where singular and plural look alike; `exact` is
    False for a kind of it ("woman" for person), which does not name all of the class."""

    name: str
    start: int
    end: int
    many: bool | None
    exact: bool = True


Form = tuple[str, bool | None, bool]
"""Class, many, exact."""


@dataclass(frozen=True, slots=True)
class Names:
    """The words for a set of classes."""

    forms: Mapping[tuple[str, ...], Form]
    longest: int

    def mentions(self, said: Sequence[str]) -> list[Mention]:
        """Every mention in order; parts of longer names and of compounds are none."""
        found: list[Mention] = []
        at = 0
        while at < len(said):
            mention = self._at(said, at)
            if mention is None:
                at += 1
                continue
            if mention.many is not False or _ends_noun(said, mention.end):
                found.append(mention)
            at = mention.end
        return found

    def _at(self, said: Sequence[str], start: int) -> Mention | None:
        for length in range(min(self.longest, len(said) - start), 0, -1):
            form = self.forms.get(tuple(said[start : start + length]))
            if form is not None:
                name, many, exact = form
                return Mention(name, start, start + length, many, exact)
        return None


def names_of(classes: Iterable[str]) -> Names:
    """The words for these classes: their names, then synonyms, then kinds, where no other class is called so."""
    return _names(tuple(sorted(set(classes))))


@lru_cache(maxsize=1024)
def _names(classes: tuple[str, ...]) -> Names:
    forms: dict[tuple[str, ...], Form] = {}
    for words, exact in ((None, True), (SYNONYMS, True), (KINDS, False)):
        for name in classes:
            for word in (name,) if words is None else words.get(name.lower(), ()):
                one, several = (tuple(tokens(form)) for form in (shown(word), plural(shown(word))))
                alike = one == several  # two sheep
                forms.setdefault(several, (name, None if alike else True, exact))
                forms.setdefault(one, (name, None if alike else False, exact))
    forms.pop((), None)
    return Names(forms, max(map(len, forms), default=1))


def _ends_noun(said: Sequence[str], at: int) -> bool:
    """Whether the word before `at` is the end of its noun: what follows is no further noun."""
    if at >= len(said) or not is_word(said[at]):
        return at >= len(said) or said[at] != "-"
    word = said[at]
    verbal = word.endswith(("ing", "ed", "ly", "n't")) or (word.endswith("s") and not word.endswith("ss"))
    return verbal or word in FUNCTION_WORDS or word in _VERBS or word in NUMBERS or is_picture(word)


_NUMERALS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS: Mapping[str, int] = {
    **{word: number for number, word in enumerate(_NUMERALS)},
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
    "zero": 0, "single": 1, "both": 2, **{str(n): n for n in range(1000)},
}  # fmt: skip
