"""The stand-in for the teacher: writes by rule from the symbolic context in the request, and from nothing else.

It asks and answers what captions and boxes settle: what there is, how many, where, who is left, right, above or below
of whom, what is absent, a fact about one of the things, and why-questions about what such things entail. Wording is
drawn, so that no sentence pattern makes up more than a small part. `STAND_IN_FAULTS` are the ways in which it can be
made to fail. Covered: the three types, with captions alone or with boxes. Not covered: what captions say beyond
numbered things.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from mmrecipes.core.boxes import Box
from mmrecipes.models.call import Choice
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.llava.shots import SHOTS
from mmrecipes.recipes.llava.standin_words import ANY_PICTURE, ANYWHERE, FACTS, THEMES
from mmrecipes.steps.nouns import counted, listed, plural, shown, with_article

STAND_IN_FAULTS: dict[str, str] = {
    "missing_separator": "the lines between the blocks are missing, or a description has a heading",
    "empty": "the headings are there and nothing under them",
    "truncated": "the reply ends in the middle, as at the limit of tokens",
    "trailing_question": "a dialogue ends in a question without an answer",
    "leaked_coordinates": "a box is quoted in numbers",
    "caption_word": "the captions are mentioned",
    "wrong_count": "one count is far too high",
    "wrong_side": "one thing is said to be on the wrong side of another",
    "disclosing_question": "the complex question names what is in the picture",
}


def stand_in(asked: StandInCall) -> str | Choice:
    """The teacher's reply."""
    kind = asked.call.name
    if asked.strikes("empty"):
        return "Question:\n===\nAnswer:"
    writer = _Writer(asked, things_in(asked.call.messages[1 + 2 * len(SHOTS[kind])].text))
    text = {"conversation": writer.dialogue, "detail": writer.description, "complex": writer.reasoning}[kind]()
    if asked.strikes("leaked_coordinates"):
        text += " It is at [0.125, 0.250, 0.500, 0.750]."
    if asked.strikes("caption_word"):
        text += " That is what the captions say."
    if kind == "conversation" and asked.strikes("trailing_question"):
        text += "\n===\nQuestion:\nAnd what else is there?"
    if asked.strikes("missing_separator"):
        text = text.replace("\n===\n", "\n") if kind != "detail" else f"Answer: {text}"
    return Choice(text[: len(text) * 2 // 3], "length") if asked.strikes("truncated") else text


# --- what the request says ---


@dataclass(frozen=True, slots=True)
class Thing:
    """All that is called by one name: its singular and plural, how many, and where, if boxes are known."""

    one: str
    many: str
    count: int
    boxes: tuple[Box, ...] = ()

    @property
    def centre(self) -> tuple[float, float]:
        """Of the only one."""
        x0, y0, x1, y1 = self.boxes[0]
        return (x0 + x1) / 2, (y0 + y1) / 2


_BOX = re.compile(r"^(?P<name>[^\[\n]+): \[(?P<box>[\d., ]+)\]$", re.MULTILINE)
_NUMERALS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_NUMBERED = re.compile(
    rf"(?P<within>\b(?:on|in|at|by|below|under|to|beyond|near|from|over|across|into|around)\s)?"
    rf"\b(?P<number>{'|'.join(_NUMERALS)}) (?!(?:sees|finds|notices|can)\b)(?=(?P<words>(?:[a-z-]+ ){{0,3}}[a-z-]+))",
    re.IGNORECASE,
)
_ENDS_NOUN = re.compile(
    r"(?:and|or|in|on|of|at|to|with|by|near|next|under|over|out|off|up|down|behind|beside|before|beyond|against|inside|"
    r"along|around|here|for|from|above|below|the|its|his|her|is|are|can|make|have|has|which|that|who|as|there|while)$"
)
_NO_THING = re.compile(
    r"(?:few|pair|couple|bit|lot|glance|view|picture|scene|drawing|image|illustration|photo|backdrop|background|space|place|look|mood|"
    r"kind|sort|lantern|border|group|street|road|room|sky|beach|sea|red|orange|yellow|green|turquoise|blue|purple|pink|"
    r"brown|black|white|grey|[a-z]+ful|calm|tidy|small|quiet|little|deep|one|notice|striped|dotted|spotted|checked|chequered|plain)$"
)
_VERBAL = re.compile(r".{3,}(?:ing|ed)$")
_MANY_WITHOUT_S = re.compile(r"(?:people|children|mice|geese|sheep|.*men|.*fish)$")


def things_in(context: str) -> list[Thing]:
    """The boxed things; without boxes, those that the captions number."""
    boxes: dict[str, list[Box]] = {}
    for found in _BOX.finditer(context):
        x0, y0, x1, y1 = map(float, found["box"].split(","))
        boxes.setdefault(found["name"], []).append((x0, y0, x1, y1))
    if boxes:
        return [Thing(shown(n), plural(shown(n)), len(found), tuple(found)) for n, found in boxes.items()]
    captions = context.split("\n")
    return _fullest(c for c in captions if ". " not in c) or _fullest(captions)


def _fullest(captions: Iterable[str]) -> list[Thing]:
    """The things of the caption that names most of them."""
    told = ([*_things_of(c)] for c in captions)
    return max(told, key=lambda things: (len(things), sum(t.count for t in things)), default=[])


def _things_of(caption: str) -> Iterator[Thing]:
    """Things with their numbers as one caption gives them; things with the same noun are one."""
    by_noun: dict[str, list[tuple[list[str], int]]] = {}
    for found in _NUMBERED.finditer(caption):
        number = _NUMERALS[found["number"].lower()]
        name = _noun(found["words"].lower().split(), number)
        if name and not found["within"] and not _NO_THING.match(name[-1]):
            by_noun.setdefault(name[-1] if number > 1 else plural(name[-1]), []).append((name, number))
    for many, named in by_noun.items():
        before = [
            shared[0] for shared in zip(*(reversed(n[:-1]) for n, _ in named), strict=False) if len({*shared}) == 1
        ]
        one = " ".join([*reversed(before), named[0][0][-1]])
        yield Thing(one, " ".join([*reversed(before), many]), sum(number for _, number in named))


def _noun(words: Sequence[str], number: int) -> list[str]:
    """The words up to the noun: several things end in a plural; one thing ends before a verb."""
    for i, word in enumerate(words):
        ends_in_s = word.endswith("s") and not word.endswith(("ss", "us", "is"))
        if number > 1 and (ends_in_s or _MANY_WITHOUT_S.match(word)):
            return list(words[: i + 1])
        if _ENDS_NOUN.match(word) or (i and (ends_in_s or _VERBAL.match(word))):
            return list(words[:i]) if number == 1 else []
    return list(words) if number == 1 else []


# --- what is said about it. Slots: alternatives separated by "|" ---

_IN_VIEW = "in the picture|in this scene|in view|here|in the image"
_ABSENT = "zebra|violin|submarine|camel|piano|lighthouse|helicopter|pineapple|penguin|canoe|windmill|robot|tractor|harp"
_WHAT = (
    "What is there to see", "What can be seen", "What does one find", "What stands out", "Which things are visible",
    "What is shown", "What things do you notice",
)  # fmt: skip
_TELL = "I can see|You can see|I notice|There you have|One can see|I make out"
_HOW_MANY = "are there|can be seen|can you see|do you see|are visible|can you count"
_COUNTED = "There {is} {n}|I count {n}|I can see {n}|You can see {n}|One can see {n}|There {is} just {n}|{n}"
_IN_ALL = " {here}| in all| in total| altogether"
_COMPARE = "Are there more|Would you say there are more|Does the scene have more|Do you see more"
_WHERE = (
    "Where is the {a} relative to the {b}", "Where is the {a}, seen from the {b}", "Where does one find the {a}",
    "How is the {a} placed with respect to the {b}",
)  # fmt: skip
_NONE = (
    "No, there is none {here}.|No, I cannot see any {here}.|No, there is nothing of the kind {here}.|No, none at all."
)
_MAKE_UP = (
    "The {picture} shows {all}.", "{All} can be seen {here}.", "The {picture} is of {all}.", "There {is} {all} {here}.",
    "What the {picture} holds is this: {all}.", "In short, the {picture} has {all}.",
)  # fmt: skip
_PLACED = (
    "The {one} is {there}.", "{There}, there is the {one}.", "The {one} has its place {there}.",
    "One finds the {one} {there}.", "The {one} can be seen {there}.", "{There} is the {one}.",
)  # fmt: skip
_SPREAD = (
    "{The} are spread over a good part of the width.", "{The} are well apart.", "{The} lie far apart.",
    "Between the outer ones of {the} there is much room.", "{The} are scattered over the {picture}.",
)  # fmt: skip
_TOGETHER = (
    "{The} are close together.", "{The} are not far from each other.", "{The} form a small group.",
    "{The} keep to one part of the {picture}.", "There is little room between {the}.",
)  # fmt: skip
_LARGEST = (
    "The {one} takes up more room than anything else.", "Nothing else is as large as the {one}.",
    "The {one} is the largest thing {here}.", "In size, the {one} comes first.", "The eye goes to the {one} first.",
    "The {one} fills the largest part of the {picture}.",
)  # fmt: skip
_LIES = "is|is located|can be found|is placed|can be seen|is seen|is situated|appears"
_FIRST = "First,|To begin with,|Step by step:|Start with what is there:|It helps to look around:|One thing first:"
_LOOK = (
    "there {is} {n} {here}.|one sees {n} {here}.|I can see {n} {here}.|one finds {n} {here}.|{n} can be seen {here}."
)
_SO = "So|Therefore|For this reason|It follows that|It seems that|That is why|All in all,"


class _Writer:
    """Says things about what is known, each time in other words; faults in counts and sides strike here, once."""

    def __init__(self, asked: StandInCall, things: Sequence[Thing]) -> None:
        self.asked, self.rng = asked, asked.rng
        self.things = self.rng.sample(list(things), len(things))
        self.wrong_count, self.wrong_side = asked.strikes("wrong_count"), asked.strikes("wrong_side")

    def dialogue(self) -> str:
        turns = [self._how_many(t) for t in self.things[:2]]
        turns += [self._where(*pair) for pair in self._pairs(self.things, 2)]
        turns += self._more(self.things)
        turns = self.rng.sample([*turns, self._absent()], min(len(turns) + 1, self.rng.randint(3, 5)))
        return _blocks([text for turn in (self._what(), *turns, self._fact()) for text in turn])

    def description(self) -> str:
        picture = self.rng.choice(("picture", "scene", "image", "view"))
        say = lambda text, **words: _filled(text, picture=picture, here=self._here(), **words)  # noqa: E731
        every, is_ = self._all(self.things)
        first, said = say(self.rng.choice(_MAKE_UP), all=every, is_=is_), []
        for thing in self.things:
            if thing.count == 1 and thing.boxes and (there := _place(thing.centre)):
                said.append(say(self.rng.choice(_PLACED), one=thing.one, there=there))
            elif shape := _arrangement(thing):
                said.append(say(self.rng.choice(shape), the=f"the {_words(thing.count, thing)}"))
        said += [self._side(*pair) for pair in self._pairs(self.things, 2)]
        if largest := _largest(self.things):
            said.append(say(self.rng.choice(_LARGEST), one=largest.one))
        return " ".join([first, *self.rng.sample(said, len(said))])

    def reasoning(self) -> str:
        themes = [t for t in THEMES if any(thing.one in t.things for thing in self.things)] or [ANYWHERE]
        theme = self.rng.choice(themes)
        things = sorted(self.things, key=lambda thing: thing.one not in theme.things)[:3]
        question = self.rng.choice(theme.questions)
        if self.asked.strikes("disclosing_question") and len(self.things) > 1:
            question = f"Why are the {listed([t.many for t in self.things])} here?"
        n, is_ = self._all(things)
        look = f"{self._draw(_FIRST)} {self.rng.choice(_LOOK.split('|')).format(n=n, here=self._here(), **{'is': is_})}"
        sides = [self._side(*pair) for pair in self._pairs(things, 1)]
        so = f"{self._draw(_SO)} {self.rng.choice(theme.advice)}."
        return _blocks([question, " ".join([look, *sides, self.rng.choice(theme.reasons), so])])

    # --- turns ---

    def _what(self) -> tuple[str, str]:
        if not self.things:
            return self._question(*_WHAT), "There is nothing that I could name with certainty."
        return self._question(*_WHAT), self._draw(_TELL) + f" {self._all(self.things)[0]}."

    def _how_many(self, thing: Thing) -> tuple[str, str]:
        question = f"How many {thing.many} {self._draw(_HOW_MANY).lower()} {self._here()}?"
        number, said = self._counted(thing), self.rng.choice(_IN_ALL.split("|"))
        return question, _filled(f"{self._draw(_COUNTED)}{said}.", n=number, is_=_is(number), here=self._here())

    def _more(self, things: Sequence[Thing]) -> list[tuple[str, str]]:
        """Which of two there are more of."""
        found = []
        for a, b in list(combinations(things, 2))[:1]:
            question = f"{self._draw(_COMPARE)} {a.many} than {b.many} {self._here()}?"
            yes = a.count > b.count
            said = (
                "as many of one as of the other"
                if a.count == b.count
                else f"{'more' if yes else 'fewer'} {a.many} than {b.many}"
            )
            found.append((question, f"{'Yes' if yes else 'No'}, there are {said} {self._here()}."))
        return found

    def _where(self, a: Thing, b: Thing, side: str, strength: str) -> tuple[str, str]:
        return _filled(f"{self.rng.choice(_WHERE)}?", a=a.one, b=b.one), self._side(a, b, side, strength)

    def _absent(self) -> tuple[str, str]:
        known = {t.one for t in self.things}
        name = self.rng.choice([n for n in _ABSENT.split("|") if n not in known])
        asks = "Is there {a} {here}?|Can you see {a} {here}?|Does {a} appear {here}?|Is {a} visible {here}?"
        question = _filled(self._draw(asks), a=with_article(name), here=self._here())
        return question, _filled(self._draw(_NONE), here=self._here())

    def _fact(self) -> tuple[str, str]:
        names = [n for n in FACTS if any(t.one == n or t.one.endswith(f" {n}") for t in self.things)]
        return FACTS[self.rng.choice(names)] if names else self.rng.choice(ANY_PICTURE)

    # --- pieces ---

    def _draw(self, *slots: str) -> str:
        """One alternative of every slot, joined, with a capital."""
        return _capital(" ".join(self.rng.choice(slot.split("|")) for slot in slots))

    def _here(self) -> str:
        return self.rng.choice(_IN_VIEW.split("|"))

    def _question(self, *asks: str) -> str:
        return f"{self.rng.choice(asks)} {self._here()}?"

    def _counted(self, thing: Thing) -> str:
        """ "two cars"; far too many, once, where that fault struck."""
        number = thing.count
        if self.wrong_count:
            self.wrong_count, number = False, 20 + self.rng.randrange(30)
        return _words(number, thing)

    def _all(self, things: Sequence[Thing]) -> tuple[str, str]:
        """The things as a list with numbers, and the verb that goes before it."""
        said = [self._counted(t) if t.count > 1 or self.wrong_count else with_article(t.one) for t in things]
        return (listed(said) if said else "nothing in particular"), "are" if things and things[0].count > 1 else "is"

    def _pairs(self, things: Sequence[Thing], most: int) -> list[tuple[Thing, Thing, str, str]]:
        """(a, b, side, how far) for things of which there is one each, well apart; no two things twice."""
        single = [t for t in things if t.count == 1 and t.boxes]
        found = []
        for a, b in combinations(single, 2):
            dx, dy = b.centre[0] - a.centre[0], b.centre[1] - a.centre[1]
            if max(abs(dx), abs(dy)) < 0.15:
                continue
            side = ("right", "left")[dx > 0] if abs(dx) >= abs(dy) else ("below", "above")[dy > 0]
            far = max(abs(dx), abs(dy))
            found.append((a, b, side, "well " if far > 0.4 else "a little " if far < 0.22 else ""))
        return self.rng.sample(found, min(most, len(found)))

    def _side(self, a: Thing, b: Thing, side: str, strength: str) -> str:
        if self.wrong_side:
            self.wrong_side = False
            side = {"left": "right", "right": "left", "above": "below", "below": "above"}[side]
        where = {"left": "to the left of", "right": "to the right of"}.get(side, side)
        return f"The {a.one} {self._draw(_LIES).lower()} {strength}{where} the {b.one}."


def _blocks(texts: Iterable[str]) -> str:
    return "\n===\n".join(f"{('Question', 'Answer')[i % 2]}:\n{text}" for i, text in enumerate(texts))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _filled(template: str, **words: str) -> str:
    """A template with its words, `{All}` with a capital, `{is}` for `is_`."""
    small = {k.rstrip("_"): v for k, v in words.items()}
    return _capital(template.format(**small, **{_capital(k): _capital(v) for k, v in small.items()}))


def _words(number: int, thing: Thing) -> str:
    return counted(number, "x").partition(" ")[0] + f" {thing.one if number == 1 else thing.many}"


def _is(number: str) -> str:
    return "is" if number.startswith("one ") else "are"


def _place(centre: tuple[float, float]) -> str:
    """Where something is in the picture, in words; empty where no word is clearly right."""
    x, y = centre
    down = "upper" if y < 0.35 else "lower" if y > 0.65 else ""
    if 0.4 <= x <= 0.6:
        return {"upper": "at the top", "lower": "at the bottom"}.get(down, "in the middle")
    if 0.35 < x < 0.65:
        return ""
    side = "left" if x < 0.5 else "right"
    return f"in the {down} {side} part of the picture" if down else f"on the {side} side of the picture"


def _arrangement(thing: Thing) -> tuple[str, ...]:
    """Ways to say how several are spread; none where neither is clear."""
    across = [(b[0] + b[2]) / 2 for b in thing.boxes]
    if len(across) < 2:
        return ()
    width = max(across) - min(across)
    return _SPREAD if width > 0.5 else _TOGETHER if width < 0.25 else ()


def _largest(things: Sequence[Thing]) -> Thing | None:
    """The only one of its name that is half as large again as everything else."""
    areas = sorted(((b[2] - b[0]) * (b[3] - b[1]), i) for i, t in enumerate(things) for b in t.boxes)
    if len(areas) < 2 or areas[-1][0] < 1.5 * areas[-2][0]:
        return None
    thing = things[areas[-1][1]]
    return thing if thing.count == 1 else None
