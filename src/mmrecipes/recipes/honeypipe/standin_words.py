"""How the stand-in words a derivation, in the grammar of `world/wording`: short, long, right or wrong.

Covered: what is in view (where a scene is known), the step that the kind of question takes, a conclusion in many forms,
wrong answers of the right kind, long answers retold. Not covered: arithmetic steps, charts and tables beyond their
answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from mmrecipes.core.text import put
from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.palette import PALETTE
from mmrecipes.world.wording import counted, expand, listed, noun

LONG_ANSWER = 15
"""Words from which an answer is a description."""
_PIC = "[picture|image|scene]"

OPENINGS = (
    f"[Let me look at the {_PIC}|I look at the {_PIC}|I go over the {_PIC}] [first|from left to right|carefully].",
    "[To answer this, I|I will first|First I] [check|go through|look at] what [is shown|can be seen|matters here].",
    f"[Here is what the {_PIC} tells|This is what I find|Let me see what there is].",
    "[One thing at a time|Step by step|One thing after the other], then.",
    "[The question can be settled by looking|What is asked can be read off|It takes only a careful look].",
)
SEEN = (
    "[I see|I find|There I find|I can make out|It shows|I notice] {things}.",
    "[What matters here|What counts here|Of interest here]: {things}.",
    "{Things} can be [seen|found|made out].",
    "[Here|In view]: {things}.",
)
NOT_SEEN = (
    "[I look for what is named and find nothing of the kind|Nothing of what is named can be found].",
    "[What the question names is nowhere in view|Whatever I look at, it is something else].",
)
STEPS: dict[str, tuple[str, ...]] = {
    "counting": (
        "[Counting them|Adding them up|Going through them one by one] gives {x}.",
        "[That makes|These are] {x} in all.",
    ),
    "existence": (
        "[That settles whether it is there|So much for whether it is there].",
        "[I compare this with what is named|I hold this against the question].",
    ),
    "colour": (
        "[Its surface|The one that is meant] [looks|is] {x}.",
        "[The colour that fills most of it|What colour there is on it] is {x}.",
    ),
    "pattern": ("[Its surface|What covers it] [looks|is] {x}.", "[The marks on it|What is painted on it] make it {x}."),
    "material": ("[Its surface|The grain of it] suggests {x}.", "[It looks like|It has the look of] {x}."),
    "position": (
        "[Its middle lies|It stands] [clearly |well ]towards the {x}.",
        "[Compared with the middle of the picture|Seen from the middle], it is on the {x}.",
    ),
    "relation": (
        "[I compare where the two are|Now I compare the two places|Next come their places].",
        "[One place against the other decides|What decides is how they lie to each other].",
    ),
    "what_is": (
        "[What lies in that direction|The only thing in that place|What I find there] is the {x}.",
        "[Following that direction|Looking there] leads to the {x}.",
    ),
    "size_comparison": (
        "[The {x} is the one that fits|Side by side, the {x} it is].",
        "[Comparing the room they take up|Held side by side], it is the {x}.",
    ),
    "count_comparison": (
        "[I count both kinds and compare|Both numbers are compared].",
        "[Now the two numbers stand side by side|Each kind is counted, then compared].",
    ),
    "same_attribute": (
        "[I hold the two colours side by side|Now the colours are compared].",
        "[One colour against the other|Both colours side by side].",
    ),
    "sum": (
        "[Working this through|Putting the numbers together|Doing the arithmetic] [gives|yields] {x}.",
        "[The calculation|Step after step this] comes to {x}.",
    ),
}  # fmt: skip
OTHER_STEPS = (
    "[I read the part that the question is about|The part in question is quickly found].",
    "[What is asked for stands there|There it can be read off].",
    "[I compare this with what is asked|This is held against the question].",
)
HOW = ("[That is|In numbers|Written out|As a calculation]: {x}.", "[I calculate|The calculation is|This makes] {x}.")
CONCLUSIONS = (
    "[So the answer is|The answer is|Hence the answer is|That is why the answer is|The answer, then, is] {x}.",
    "[So|Therefore|Thus|In short]: the answer is {x}.",
    "The answer [to this |]is {x}.",
    "[The final answer is|My answer is|As a result, the answer is] {x}.",
)
FINALS = ("{x}", "{x}.", "The answer is {x}.", "**{x}**", "My answer: {x}.", "The answer: {x}.", "\\boxed{{x}}")
"""Filled in as they are."""

_LONG_OPENINGS = (
    "[Let me think about this slowly|This deserves a careful look|I want to be sure here, so I take "
    "my time|No hurry: one thing after the other].",
    "[I begin with the question itself|First I make sure that I understand the question|Before "
    "anything else, the question].",
)  # fmt: skip
_RESTATED = ("[What I am asked is this|The question reads|In its own words|What has to be found out]: {question}",)
_ALL = (
    "[Now to what there is|Next I go through everything that is in view|This is the whole of it|Let "
    "me list what I see]: {things}.",
    "[In the order in which they stand, from left to right|From the left to the right], [there is|I "
    "see|one finds] {things}.",
)  # fmt: skip
_NARROWED = (
    "[Not all of this matters|Most of this can be left aside|Only a part of this is of use here].",
    "[From here on only what the question names counts|The rest can be forgotten now|Now I keep what "
    "the question speaks of].",
)  # fmt: skip
_NUMBERS = ("[The text gives|Given are|The numbers to work with are] {things}.",)
_SUMS = (
    "[Before any calculation I make clear what the numbers stand for|The words tell what is to be "
    "done with the numbers].",
    "[Which operation is meant follows from the words, not from the order of the numbers|The order of"
    " the steps matters].",
    "[I write the calculation down in full rather than do it in my head|I take the calculation apart "
    "into small steps].",
)  # fmt: skip
_PLAIN = (
    "[I look for the part that it is about and leave everything else aside|The first thing is to find"
    " the right place].",
    "[There are labels, lines and values, and each belongs to something|Every part has its meaning, "
    "and mixing them up is the usual mistake].",
    "[I read it once, look away, and read it again to be sure|I follow it with a finger, so to speak,"
    " so as not to slip into the wrong row].",
)  # fmt: skip
_CHECKS = (
    "[To be safe I do it once more, the other way round|Let me check this by starting from the other "
    "end|I go over it a second time, in reverse order]: [the result does not change|I arrive at the "
    "same result|it comes out the same].",
    "[Could there be another reading of the question|Is there anything that speaks against this|Might"
    " I have missed something]? [I go back and look again|I look once more], [and find nothing that "
    "would change it|but it holds|and everything fits].",
    "[If it were otherwise, something in view would not fit|Any other result would leave something "
    "unexplained|The other possibilities can be ruled out one by one].",
)  # fmt: skip
_RESULT = ("[That leaves|So what remains is|All of this points to|I am now sure of|The result is] {x}.",)

_RETOLD = (
    "[Let me go through it in order|Here is what there is to say|I describe what can be made "
    "out|Taking it all together].",
    "[Looking closely, this is what I find|From what is shown, the following can be said|Piece by "
    "piece, it comes to this].",
)  # fmt: skip
_ENDS = (
    "[That is all that matters here|So much for what is shown|There is nothing else of weight].",
    "[Taken together, this answers the question|With this, the question is answered].",
)

_ELSEWHERE = (
    "A narrow lane leads past shuttered shops while rain gathers in puddles, and somebody hurries "
    "home under a newspaper.",
    "Three pages of handwriting lie on a green cloth; an inkwell, two quills and a magnifying glass keep them flat.",
    "Steam rises over copper kettles as cooks in tall hats carry trays through a swinging door towards a crowded hall.",
    "Wide terraces of rice climb the slope under morning fog, broken only by a wooden hut and a line "
    "of drying laundry.",
)


def at_length(answer: str) -> bool:
    """Whether an answer is told rather than stated: many words, or several sentences."""
    several = re.search(r"[.!?。]\s+\S", re.sub(r"^\(?[A-H][.)]\s", "", answer)) is not None
    return several or len(answer.split()) > LONG_ANSWER


def unrelated_text(rng: Random) -> str:
    """A description of something that is in none of the pictures."""
    return " ".join(rng.sample(_ELSEWHERE, 2))


class Telling:
    """Words for one question; `entry` has the answer that is told, right or wrong, and the kind of question."""

    def __init__(
        self, objects: Sequence[Mapping[str, Any]], width: float, entry: Mapping[str, str], rng: Random
    ) -> None:
        self.objects, self.width, self.rng = sorted(objects, key=lambda o: o["x"]), width, rng
        self.kind, self.how = entry.get("kind", ""), entry.get("how", "")

    def short(self, question: str, answer: str) -> str:
        """A few sentences that end in the answer."""
        if at_length(answer):
            return f"{self._one(_RETOLD)} {answer} {self._one(_ENDS)}"
        seen = self._found(f"{question} {answer}")
        return " ".join([self._one(OPENINGS), *seen, self._step(answer), self._one(CONCLUSIONS, x=answer)])

    def long(self, question: str, answer: str) -> str:
        """Thinking in paragraphs, without the final answer's form."""
        first = f"{self._one(_LONG_OPENINGS)} {self._one(_RESTATED, question=' '.join(question.split()))}"
        numbers = re.findall(r"\d+", question) if self.kind == "sum" else []
        if self.objects:
            every = self._placed(self.objects)
            seen = [self._one(_ALL, things=every), self._one(_NARROWED), *self._found(f"{question} {answer}")]
        else:
            seen = [self._one(_NUMBERS, things=listed(numbers))] if numbers else []
            seen += [self._one((p,)) for p in self.rng.sample(_SUMS if numbers else _PLAIN, 3)]
        short = answer if not at_length(answer) else "the description that I give below"
        checks = [self._one((c,)) for c in self.rng.sample(_CHECKS, 3)]
        last = f"{' '.join(checks)} {self._one(_RESULT, x=short)}"
        return "\n\n".join([first, f"{' '.join(seen)} {self._step(short)}", last])

    def final(self, answer: str) -> str:
        """The answer after the thinking."""
        if at_length(answer):
            return answer
        frame = self.rng.choice(FINALS) if self.rng.random() < 0.5 else ""
        return put(frame, "{x}", answer) if frame else self._one(CONCLUSIONS, x=answer)

    def _step(self, answer: str) -> str:
        value = answer.partition(". ")[2] or answer
        if self.how:
            return self._one(HOW, x=self.how)
        return self._one(STEPS.get(self.kind, OTHER_STEPS), x=value)

    def _found(self, question: str) -> list[str]:
        """What of the scene the question names, in a sentence; nothing where no scene is known."""
        if not self.objects:
            return []
        named = [o for o in self.objects if self._named(o, question.lower())]
        if not named:
            return [self._one(NOT_SEEN)]
        return [self._one(SEEN, things=self._placed(named))]

    def _named(self, thing: Mapping[str, Any], question: str) -> bool:
        kind = CATALOGUE[thing["category"]]
        return any(re.search(rf"\b{re.escape(form)}\b", question) for form in (kind.name, kind.plural))

    def _placed(self, things: Sequence[Mapping[str, Any]]) -> str:
        """Each kind of thing in each place, with how many there are of it."""
        kinds = Counter((t["category"], t["colour"], t["pattern"], self._place(t)) for t in things)
        said = []
        for (category, colour, pattern, place), count in kinds.items():
            looks = {"colour": colour, "pattern": pattern}
            one, many = noun(category, looks, self.rng), noun(category, looks, self.rng, many=True)
            said.append(f"{counted(count, one, many)} {place}")
        return listed(said)

    def _place(self, thing: Mapping[str, Any]) -> str:
        share = thing["x"] / self.width
        return "on the left" if share < 0.36 else "on the right" if share > 0.64 else "near the middle"

    def _one(self, frames: Sequence[str], **slots: str) -> str:
        """A frame with its words; slots are put in last, so that nothing in them is read as grammar."""
        kept = {k: f"\x00{i}\x00" for i, k in enumerate(slots)}
        capital = {k.capitalize(): f"\x01{i}\x01" for i, k in enumerate(slots)}
        text = expand(self.rng.choice(list(frames)), self.rng, **kept, **capital)
        for i, value in enumerate(slots.values()):
            text = put(put(text, f"\x00{i}\x00", value), f"\x01{i}\x01", value[:1].upper() + value[1:])
        return text


STATED = 4
"""Words up to which an answer is a bare value; in a sentence another number may leave the value that counts alone."""
_OTHERWISE = ("something else", "the other one", "none of these")
_OPTION = re.compile(r"^\(?([A-H])[.):]\s*(.+)$", re.MULTILINE)


def another_answer(answer: str, question: str, rng: Random) -> str:
    """A wrong answer of the same kind."""
    if at_length(answer):
        return unrelated_text(rng)
    options = [f"{letter}. {text}" for letter, text in _OPTION.findall(question) if not answer.startswith(letter)]
    if options and re.match(r"[A-H]\b", answer):
        return rng.choice(options)
    bare = answer.strip(" .").lower()
    swapped = {"yes": "no", "no": "yes", "left": "right", "right": "left"}
    if bare in swapped:
        return swapped[bare]
    if len(answer.split()) > STATED:
        return rng.choice(_OTHERWISE)
    if number := re.fullmatch(r"(\D*?)(\d[\d,]*(?:\.\d+)?)(.*)", answer):
        value = float(number[2].replace(",", ""))
        return f"{number[1]}{value + rng.choice((1, 2, 3)) * max(1, round(value / 10)):.10g}{number[3]}"
    pool: Sequence[str] = next(
        (list(p) for p in (PALETTE, CATALOGUE, ("striped", "dotted", "checked"), ("wood", "metal", "fabric", "stone"))
         if bare in p), _OTHERWISE,
    )  # fmt: skip
    return rng.choice([p for p in pool if p != bare])
