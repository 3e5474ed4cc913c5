"""The stand-in for the teacher: writes by rule from the symbolic context in the request, and from nothing else.

It asks and answers what captions and boxes settle: what there is, how many, who is left, right, above or below of
whom, what is absent, and a plain question after the reason for something. Wording is drawn from slots, so that no
sentence pattern makes up more than a small part. `STAND_IN_FAULTS` are the ways in which it can be made to fail.
Covered: the three types, with captions alone or with boxes. Not covered: knowledge of the world, good prose.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from mmrecipes.models.call import Choice
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.llava.shots import SHOTS
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
_BOX = re.compile(r"^(?P<name>[^\[\n]+): \[(?P<box>[\d., ]+)\]$", re.MULTILINE)
_NUMERALS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_THING = re.compile(
    rf"(?P<within>\b(?:on|in|at|by|below|under|to|of|beyond|near|with|from|over|across)\s)?"
    rf"\b(?P<number>{'|'.join(_NUMERALS)}) (?=(?P<words>(?:[a-z-]+ ){{0,3}}[a-z-]+))",
    re.IGNORECASE,
)
_AFTER_A_NOUN = re.compile(
    r" (?:and|or|in|on|of|at|to|with|by|near|next|under|over|out|behind|beside|before|against|its|his|her|is|are|make|"
    r"stands?|sits?|can|which|that|from|for|above|below|the|lies?|hangs?|as|there|while|who|has|have)(?: .*)?$"
)
_NO_THING = re.compile(
    r"(?:few|pair|couple|bit|lot|closer look|glance)\b.*|"
    r".*\b(?:view|picture|scene|drawing|image|backdrop|space|place)"
)

# Slots: alternatives separated by "|".
_ABSENT = "zebra|violin|submarine|camel|piano|lighthouse|helicopter|pineapple|penguin|canoe|windmill|robot|tractor|harp"
_HERE = "here|in the picture|in this scene|in view|in front of us|in this place"
_THINGS = "things|objects|sorts of things|kinds of things|items"
_ARE_SEEN = "are there|can be seen|can you see|do you notice|are visible|do you count"
_LIST = "I can see|I notice|there you have|what stands out is|one finds|you can see|I make out"
_COUNT = "I can see|you can see|I count|I find|we have|one can see|the answer is|my count is"
_IN_ALL = "|in total|in all|as far as I can see|altogether|by my count"
_FIND = "I can see|you can see|one can see|one finds|we find|the eye meets|we notice|one notices"
_WHERE = "where|in which direction"
_TO = "relative to|compared with|seen from|with respect to"
_VIEW = "|here|in the picture|as we see it|from our view"
_LIES = "is|is located|lies|is to be found|can be found|is placed|is situated|is seen|appears|stands"
_HOW = "|clearly|plainly|just|directly|slightly|well"
_ASK_ABSENT = "is there|can you see|do you notice|would you say there is|can one see"
_NONE = "there is nothing of the kind|I do not see any|that is not part of it|I cannot find any"
_ANYWHERE = "|here|in the picture|anywhere|at all|in this scene"
_ABOUT = (
    "what should one know about|what is worth knowing about|what do people keep in mind with|"
    "is there anything to know about|what would you tell a child about"
)
_WHEN = "|in general|in daily life|as a rule|in everyday use|at home|on a trip"
_FIRST = "as a rule,|in general,|above all,|first of all,|in daily life,"
_THEN = "after that,|then|besides,|next,|in addition,"
_WISE = "it helps to|it is wise to|one does well to|people usually|it pays to|you should|a careful person will"
_CARE = (
    "look closely|take some time|ask somebody who knows|keep it clean|check its state|handle it gently|"
    "give it some room|leave it in its place"
)
_BECAUSE = (
    "because small damage grows|since that avoids surprises|for that saves trouble later|as accidents happen fast|"
    "because one learns from it|since not everything shows at once|so that nothing gets lost"
)
_OPEN = (
    "this is|here is|we look at|the view is of|you see|it shows",
    "a quiet|a calm|a lively|an ordinary|a bright|a cheerful|a simple",
    "scene|place|spot|moment|view",
    "with several things in it|with a clear arrangement|that is easy to take in|with some room around everything",
)
_CLOSE = (
    "all in all|on the whole|taken together|altogether|in sum",
    "it looks|it seems|it appears|it comes across as",
    "tidy|peaceful|balanced|friendly|well ordered|open|unhurried",
)
_WHY = (
    "why might|why could|for what reason might|what might make",
    "somebody|a visitor|a passer-by|a careful person|a child|an older person",
    "want to stop|slow down|take a second look|wait a moment|choose another way|ask for help",
)
_STEP = "first,|to begin with,|let us see:|start with what is there:|step by step:|above all,"
_SO = (
    "from this it follows|that suggests|so it is likely|it seems therefore|all this means",
    "that one should|that it is better to|that it helps to|that it makes sense to|that people had better",
    "be careful|take it slowly|look twice|keep some distance|think ahead|pay attention",
)


def stand_in(asked: StandInCall) -> str | Choice:
    """The teacher's reply."""
    kind = asked.call.name
    known = _read(asked.call.messages[1 + 2 * len(SHOTS[kind])].text)
    if asked.strikes("empty"):
        return "Question:\n===\nAnswer:"
    writer = {"conversation": _conversation, "detail": _detail, "complex": _complex}[kind]
    text = writer(_Words(asked, known))
    if asked.strikes("leaked_coordinates"):
        text += " It is at [0.125, 0.250, 0.500, 0.750]."
    if asked.strikes("caption_word"):
        text += " That is what the captions say."
    if kind == "conversation" and asked.strikes("trailing_question"):
        text += "\n===\nQuestion:\nAnd what else is there?"
    if asked.strikes("missing_separator"):
        text = text.replace("\n===\n", "\n") if kind != "detail" else f"Answer: {text}"
    return Choice(text[: len(text) * 2 // 3], "length") if asked.strikes("truncated") else text


@dataclass(frozen=True, slots=True)
class _Known:
    """What the request says about the picture: how many of each, and where boxes are."""

    counts: dict[str, int]
    boxes: list[tuple[str, tuple[float, float]]]


def _read(context: str) -> _Known:
    boxes = []
    for found in _BOX.finditer(context):
        x0, y0, x1, y1 = map(float, found["box"].split(","))
        boxes.append((found["name"], ((x0 + x1) / 2, (y0 + y1) / 2)))
    captions = [line for line in _BOX.sub("", context).split("\n") if line.strip()]
    return _Known(dict(Counter(name for name, _ in boxes)) or _told(captions), boxes)


def _told(captions: list[str]) -> dict[str, int]:
    """Things with their numbers as the captions give them; the one sentence that counts most things is believed."""
    best: dict[str, int] = {}
    for caption in sorted(captions, key=lambda c: ". " in c):
        if best and ". " in caption:
            break
        things: dict[str, int] = {}
        for found in _THING.finditer(caption):
            noun = _AFTER_A_NOUN.sub("", found["words"].lower())
            narrowed = re.match(r" (?:in|with|wearing)\b", found["words"].lower()[len(noun) :])
            if not found["within"] and not narrowed and not _NO_THING.fullmatch(noun):
                things.setdefault(noun, _NUMERALS[found["number"].lower()])
        best = things if len(things) > len(best) else best
    return best


class _Words:
    """Says things about what is known, each time in other words; faults in counts and sides strike here, once."""

    def __init__(self, asked: StandInCall, known: _Known) -> None:
        self.known, self.rng, self.asked = known, asked.rng, asked
        self.wrong_count, self.wrong_side = asked.strikes("wrong_count"), asked.strikes("wrong_side")
        self.names = list(known.counts)
        self.rng.shuffle(self.names)

    def draw(self, *slots: str) -> str:
        """One alternative of every slot, joined; blanks tidied."""
        said = " ".join(self.rng.choice(slot.split("|")) for slot in slots)
        said = re.sub(r" +([.,?])", r"\1", " ".join(said.split()))
        return said[:1].upper() + said[1:]

    def counted(self, name: str) -> str:
        """ "two cars"; far too many, once, where that fault struck. A name out of a caption has its number already."""
        number = self.known.counts[name]
        if self.wrong_count:
            self.wrong_count = False
            return f"{20 + self.rng.randrange(30)} {self.several(name)}"
        return counted(number, shown(name)) if self.known.boxes else f"{_numeral(number)} {name}"

    def several(self, name: str) -> str:
        """The plural."""
        if self.known.boxes:
            return plural(shown(name))
        return name if self.known.counts[name] > 1 else plural(name)

    def some(self, name: str) -> str:
        """ "a car", "two cars"."""
        if self.known.counts[name] > 1:
            return self.counted(name)
        return with_article(shown(name) if self.known.boxes else name)

    def pairs(self) -> list[tuple[str, str, str, str]]:
        """(a, side, b, the opposite side) for things of which there is one each, well apart."""
        places = {n: c for n, c in self.known.boxes if self.known.counts[n] == 1}
        found = []
        for a, (ax, ay) in places.items():
            for b, (bx, by) in places.items():
                if bx - ax > 0.15:
                    found.append((a, "to the left of", b, "to the right of"))
                    found.append((b, "to the right of", a, "to the left of"))
                if by - ay > 0.2:
                    found.append((a, "above", b, "below"))
        return self.rng.sample(found, len(found))

    def side(self, right: str, wrong: str) -> str:
        """The right one; the wrong one, once, where that fault struck."""
        if not self.wrong_side:
            return right
        self.wrong_side = False
        return wrong


def _numeral(number: int) -> str:
    return counted(number, "x").split()[0]


def _exist(number: str) -> str:
    return "there is" if number.startswith("one ") else "there are"


def _blocks(texts: list[str]) -> str:
    return "\n===\n".join(f"{('Question', 'Answer')[i % 2]}:\n{text}" for i, text in enumerate(texts))


def _conversation(words: _Words) -> str:
    turns = [_how_many(words, name) for name in words.names[:2]]
    turns += [_which_side(words, *pair) for pair in words.pairs()[:2]]
    turns += [_what(words), _absent(words), _knowledge(words)]
    return _blocks([text for turn in turns for text in turn])


def _what(words: _Words) -> tuple[str, str]:
    question = words.draw("what|which", _THINGS, _ARE_SEEN, _HERE, "?")
    some = listed([words.some(n) for n in words.names]) if words.names else "nothing that has a name"
    return question, words.draw(_LIST, some, _HERE, ".")


def _how_many(words: _Words, name: str) -> tuple[str, str]:
    question = words.draw("how many", words.several(name), _ARE_SEEN, _HERE, "?")
    number = words.counted(name)
    return question, words.draw(f"{_exist(number)}|{_COUNT}", number, _IN_ALL, ".")


def _which_side(words: _Words, a: str, right: str, b: str, wrong: str) -> tuple[str, str]:
    question = words.draw(_WHERE, "is the", shown(a), _TO, f"the {shown(b)}", _VIEW, "?")
    return question, _side_sentence(words, a, right, b, wrong)


def _absent(words: _Words) -> tuple[str, str]:
    question = words.draw(_ASK_ABSENT, with_article(words.rng.choice(_ABSENT.split("|"))), _HERE, "?")
    return question, words.draw("no,", _NONE, _ANYWHERE, ".")


def _knowledge(words: _Words) -> tuple[str, str]:
    topic = words.several(words.names[0]) if words.names else "places like this"
    question = words.draw(_ABOUT, topic, _WHEN, "?")
    return question, f"{words.draw(_FIRST, _WISE, _CARE, _BECAUSE, '.')} {words.draw(_THEN, _WISE, _CARE, '.')}"


def _detail(words: _Words) -> str:
    said = [_count_sentence(words, name) for name in words.names]
    said += [_side_sentence(words, *pair) for pair in words.pairs()[:3]]
    return " ".join([words.draw(*_OPEN, "."), *said, words.draw(*_CLOSE, ".")])


def _count_sentence(words: _Words, name: str) -> str:
    number = words.counted(name)
    return words.draw(f"{_exist(number)}|{_FIND}", number, f"{_HERE}|in the image|in the photo", ".")


def _side_sentence(words: _Words, a: str, right: str, b: str, wrong: str) -> str:
    return words.draw(f"the {shown(a)}", _LIES, _HOW, words.side(right, wrong), f"the {shown(b)}", ".")


def _complex(words: _Words) -> str:
    said = [_count_sentence(words, name) for name in words.names[:3]]
    said += [_side_sentence(words, *pair) for pair in words.pairs()[:1]]
    question = words.draw(*_WHY, _HERE, "?")
    if words.asked.strikes("disclosing_question") and len(words.names) > 1:
        question = f"Why are the {listed([words.several(n) for n in words.names])} here?"
    answer = f"{words.draw(_STEP, 'one has to look at what is there|the things in view matter', '.')} {' '.join(said)}"
    return _blocks([question, f"{answer} {words.draw(*_SO, '.')}"])
