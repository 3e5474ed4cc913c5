"""What the stand-in knows about a picture, and texts about it: questions, their faults, captions, answers.

Covered: objects with category and colour from the scene graph; questions that can be executed on them; mentions of
objects in any English text. Works with no truth at all (a user's own image): it then asks and says what fits anything.
Not covered: positions, what is hidden.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mmrecipes.recipes.oasis.standin_words import (
    AMBIGUOUS,
    CAPTION_ENDS,
    CAPTION_STARTS,
    CHOICE,
    COLOUR,
    COUNT,
    DESCRIBING,
    EXISTS,
    FOREIGN,
    FOREIGN_ANSWERS,
    FOREIGN_UNSURE,
    GENERAL,
    MISSING,
    NONE,
    OPENERS,
    PREAMBLES,
    PRICE_WORDS,
    SENTENCES,
    SENTENCES_OF_ONE,
    THERE,
    UNSURE_CAPTIONS,
)
from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.palette import PALETTE
from mmrecipes.world.wording import NUMBERS, article, counted, expand, listed, noun

_COLOURS = "|".join(PALETTE)
_NOUNS = {form: name for name, c in CATALOGUE.items() for form in (c.name, c.plural)}
_NOUN = "|".join(sorted(map(re.escape, _NOUNS), key=len, reverse=True))
_THE = re.compile(rf"\bthe (?:({_COLOURS}) )?({_NOUN})\b", re.IGNORECASE)
_ANY = re.compile(rf"\b(?:({_COLOURS}) )?({_NOUN})\b", re.IGNORECASE)
_COUNT = re.compile(rf"\b(?:how many|count) (?:of the )?(?:({_COLOURS}) )?({_NOUN})\b", re.IGNORECASE)
_COLOUR_OF = re.compile(rf"\bcolou?r\b[^?.]*\bthe (?:({_COLOURS}) )?({_NOUN})\b", re.IGNORECASE)
_OPTION = re.compile(rf"^\(([a-d])\) ({_NOUN})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Known:
    """Objects as (colour, category); `sure` is false when nothing is known about the picture."""

    things: tuple[tuple[str, str], ...]
    sure: bool

    @classmethod
    def of(cls, truth: Mapping[str, Any]) -> Known:
        objects = truth.get("scene", {}).get("objects", ())
        return cls(tuple((o["colour"], o["category"]) for o in objects), bool(objects))

    def matching(self, colour: str | None, noun: str) -> int:
        """How many objects a mention fits."""
        category = _NOUNS[noun.lower()]
        return sum(c == category and colour in (None, "", of) for of, c in self.things)

    @property
    def counts(self) -> Counter[str]:
        return Counter(category for _, category in self.things)

    def absent(self) -> list[str]:
        return sorted(set(CATALOGUE) - set(self.counts))

    def coloured(self) -> list[str]:
        """Categories in the picture with a colour of their own (people have the colour of their clothes)."""
        return sorted(c for c in self.counts if CATALOGUE[c].worn is None)

    def question(self, rng: random.Random) -> str:
        """A question or task that this picture answers."""
        if not self.sure:
            return expand(rng.choice(GENERAL)[0], rng)
        single = [c for c in self.coloured() if self.counts[c] == 1]
        forms = ["count", "exists", "choice", "describe", *(["colour"] * 2 if single else [])]
        match rng.choice(forms):
            case "colour":
                return _opened(expand(rng.choice(COLOUR), rng, noun=rng.choice(single)), rng)
            case "count":
                category = rng.choice(sorted(self.counts))
                return _opened(expand(rng.choice(COUNT), rng, many=CATALOGUE[category].plural), rng)
            case "exists":
                category = rng.choice(sorted(CATALOGUE))
                return _opened(expand(rng.choice(EXISTS), rng, one=article(category)), rng)
            case "choice":
                options = [rng.choice(sorted(self.counts)), *rng.sample(self.absent(), 2)]
                rng.shuffle(options)
                lines = "\n".join(f"({letter}) {o}" for letter, o in zip("abc", options, strict=True))
                return f"{expand(rng.choice(CHOICE), rng)}\n{lines}"
            case _:
                return _opened(expand(rng.choice(DESCRIBING), rng), rng)

    def faulty(self, fault: str, rng: random.Random) -> str:
        """A text with one controlled fault; see `standin.HOOK_FAULTS`."""
        match fault:
            case "several_questions":
                return f"{self.question(rng)}\n{expand(rng.choice(GENERAL)[0], rng)}"
            case "own_answer":
                question = self.question(rng)
                return f"{question}\n\nAnswer: {self.answer(question, rng)}"
            case "absent_object" if self.sure:
                missing = [c for c in self.absent() if CATALOGUE[c].worn is None]
                return expand(rng.choice(COLOUR), rng, noun=rng.choice(missing))
            case "garbled":
                junk = "".join(rng.choices("#@%~^|", k=rng.randint(3, 6)))
                # in the first sentence, which every extraction holds, and not where a request begins
                last_word = re.compile(r"(\w+)(?=[.?!](?:\s|$))")
                return last_word.sub(rf"{junk} \1 \1 \1", self.question(rng), count=1)
            case "unanswerable":
                return expand(rng.choice(MISSING), rng)
            case "ambiguous":
                twice = [c for c in self.coloured() if self.counts[c] > 1]
                return expand(rng.choice(COLOUR), rng, noun=rng.choice(twice)) if twice else rng.choice(AMBIGUOUS)
            case "non_english":
                return rng.choice(FOREIGN[rng.choice(sorted(FOREIGN))])
        return self.question(rng)

    def caption(self, rng: random.Random, wrong: bool = False) -> str:
        """Two or three paragraphs; the last of a wrong one describes something that is not there."""
        if not self.sure:
            return "\n\n".join(expand(p, rng) for p in rng.choice(UNSURE_CAPTIONS))
        said = [counted(n, c, CATALOGUE[c].plural) for c, n in sorted(self.counts.items())]
        first = f"{expand(rng.choice(CAPTION_STARTS), rng)} {listed(said)}."
        kinds = sorted(set(self.things))
        second = " ".join(self._sentence(*kind, rng) for kind in rng.sample(kinds, min(4, len(kinds))))
        third = self._sentence(rng.choice(sorted(PALETTE)), rng.choice(self.absent()), rng)
        return "\n\n".join([first, second, *([third] if wrong else []), rng.choice(CAPTION_ENDS)])

    def _sentence(self, colour: str, category: str, rng: random.Random) -> str:
        one = self.counts[category] == 1 and CATALOGUE[category].worn is None
        a = article(noun(category, {"colour": colour}, rng))
        frames = (*SENTENCES, *SENTENCES_OF_ONE) if one else SENTENCES
        return expand(rng.choice(frames), rng, a=a, colour=colour, noun=category)

    def answer(self, question: str, rng: random.Random) -> str:
        """The question executed on what is known."""
        foreign = next((k for k, texts in FOREIGN.items() if any(t in question for t in texts)), "")
        if foreign:
            said = rng.choice(FOREIGN_ANSWERS[foreign]) if self.sure else FOREIGN_UNSURE[foreign]
            return expand(said, rng, n=str(len(self.things)))
        if options := _OPTION.findall(question):
            seen = [f"({letter})" for letter, name in options if self.matching(None, name)]
            return expand("[It is|That is] {which}.", rng, which=listed(seen) if seen else "none of them")
        if found := _COUNT.search(question):
            return self._there(found[1], found[2], rng)
        if found := _COLOUR_OF.search(question):
            category = _NOUNS[found[2].lower()]
            colours = sorted({colour for colour, c in self.things if c == category})
            end = f"is {listed(colours)}" if colours else "cannot be seen in this picture"
            return f"The {category} {end}."
        if mentioned := _ANY.search(question):
            yes = "Yes" if self.matching(mentioned[1], mentioned[2]) else "No"
            return f"{yes}. {self._there(mentioned[1], mentioned[2], rng)}"
        known_again = (reply for _, words, reply in reversed(GENERAL) if re.search(words, question, re.IGNORECASE))
        if not self.sure and (reply := next(known_again, "")):
            return expand(reply, rng)
        return self.caption(rng).rsplit("\n\n", 1)[0]

    def _there(self, colour: str | None, name: str, rng: random.Random) -> str:
        """How many there are, in words."""
        number, kind = self.matching(colour, name), CATALOGUE[_NOUNS[name.lower()]]
        if not number:
            return expand(rng.choice(NONE), rng, noun=kind.name, many=kind.plural)
        said = f"{NUMBERS[number]} {kind.name if number == 1 else kind.plural}"
        return expand(rng.choice(THERE), rng, said=said, be="is" if number == 1 else "are")


def _opened(question: str, rng: random.Random) -> str:
    """With a word or a sentence before it, sometimes."""
    draw = rng.random()
    if draw < 0.2:
        return f"{rng.choice(PREAMBLES)} {question}"
    if draw < 0.3:
        opener = rng.choice(OPENERS)
        return f"{opener} {question if opener.endswith('!') else question[0].lower() + question[1:]}"
    return question


def absent_mentions(text: str, known: Known) -> list[str]:
    """Objects that a text takes for granted ("the red car") and the picture does not show."""
    return [found[0] for found in _THE.finditer(text) if not known.matching(found[1], found[2])]


def wrong_claims(text: str, known: Known) -> list[str]:
    """Objects that a description names and the picture does not show."""
    return [found[0] for found in _ANY.finditer(text) if not known.matching(found[1], found[2])]


def ambiguous_mentions(text: str, known: Known) -> list[str]:
    """Mentions of one object that fit several."""
    single = (f for f in _THE.finditer(text) if f[2].lower() in CATALOGUE)
    return [found[0] for found in single if known.matching(found[1], found[2]) > 1]


def needs_missing_facts(text: str) -> bool:
    """Whether it asks for what no picture shows."""
    return bool(re.search(rf"\b(?:{PRICE_WORDS})\b", text, re.IGNORECASE))


def is_vague(text: str) -> bool:
    return any(phrase in text for phrase in AMBIGUOUS)


def is_garbled(text: str) -> bool:
    """Stray symbols or a word said three times over."""
    return bool(re.search(r"[#@%~^|]{3,}|\b(\w+)(?: \1){2,}\b", text))
