"""What an answer states that boxes can confirm or refute: how many of a class, and who is where.

Covered: numerals before a class ("three dogs"), also as the reply to "how many" and to yes-or-no questions; left,
right, above and below between two classes, or in the picture; relations turned round ("to the left of the car is a
dog") and taken over from the question. A count that is narrowed ("two dogs on the rug", "two brown dogs") means at
least so many. What cannot be read with certainty is no claim: approximations, alternatives, denials inside a sentence,
pronouns, sides of somebody's own ("on her left"). Not covered: colours, actions, sizes, inside and under.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from mmrecipes.recipes.llava.mentions import (
    FUNCTION_WORDS,
    NUMBERS,
    Mention,
    Names,
    is_picture,
    is_word,
    sentences,
    tokens,
    word_set,
)

Side = Literal["left", "right", "above", "below"]


@dataclass(frozen=True, slots=True)
class Count:
    """There are `number` of the class, or with `at_least` not fewer than that. `true` False: this is denied."""

    name: str
    number: int
    at_least: bool = False
    true: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """One of the class `name` is on that side of one of the class `other`, or of the picture (None)."""

    name: str
    side: Side
    other: str | None
    true: bool = True


Claim = Count | Place
_UNSURE = word_set("not least than most about around nearly almost approximately roughly to or another other")
_SHARED = word_set("another other others third rest remaining")
_SUPPOSES = word_set("if would might may should were suppose imagine unless")
_EXISTS = word_set("only just exactly single")
_ASK_NUMBER = {("how", "many"), ("count", "the"), ("number", "of")}
_OF_ANYBODY = word_set("can could may might would should must will sees finds notices spots counts makes")
_WHOLE = word_set(
    "what number of how many count tell me "
    "are is there in the can could do you we i see be seen spot count total visible present here altogether "
    "appear all shown and or but"
)


def claims(question: str, answer: str, names: Names) -> list[Claim]:
    """Everything that the answer states, given what was asked."""
    asked, said = tokens(question), tokens(answer)
    found: list[Claim] = [*_stated(said, names), *_how_many(asked, said, names), *_taken_over(asked, said, names)]
    if said[:1] in (["yes"], ["no"]) and not {"or", "what", "which", "why"} & set(asked):
        confirmed = _stated(asked, names)
        denied = said[0] == "no"
        certain = (c for c in confirmed if not (denied and isinstance(c, Count) and c.at_least))
        found += [replace(c, true=not denied) for c in certain]
    return list(dict.fromkeys(found))


def _stated(said: Sequence[str], names: Names) -> list[Claim]:
    whole = not _SHARED & set(said)
    found: list[Claim] = []
    for sentence in sentences(said):
        mentions = names.mentions(sentence)
        found += [
            c for m in mentions if not _is_supposed(sentence, m) and (c := _count(sentence, m, whole)) is not None
        ]
        found += _places(sentence, mentions)
    return found


# --- how many ---


def _count(said: Sequence[str], mention: Mention, whole: bool) -> Count | None:
    """The number in front of a mention."""
    at = mention.start - 1
    while at >= 0 and mention.start - at <= 3 and _describes(said[at]):
        at -= 1
    number = NUMBERS.get(said[at]) if at >= 0 else None
    if list(said[max(0, at - 1) : at + 1]) in (["pair", "of"], ["trio", "of"]) and at == mention.start - 1:
        number, at = (2 if said[at - 1] == "pair" else 3), at - 1
    if number is None or (number != 1 and number != 0 and mention.many is False) or (number == 1 and mention.many):
        return None
    before = said[at - 1] if at else ""
    if before in _UNSURE or (number == 0 and said[at - 1 : at] == ["of"]):
        return None
    narrowed = at < mention.start - 1 or not mention.exact or _is_narrowed(said, mention.end)
    if before in ("the", "these", "those", "of", "all") or said[at] == "both":
        narrowed = True
    exists = before in _EXISTS or said[at] == "single" or list(said[max(0, at - 2) : at]) == ["there", "is"]
    if number == 1 and not exists:
        narrowed = True
    if narrowed or not whole:
        return Count(mention.name, number, at_least=True) if number else None
    return Count(mention.name, number)


def _is_supposed(said: Sequence[str], mention: Mention) -> bool:
    """Whether the mention stands in a clause about what might be."""
    start = max((i + 1 for i in range(mention.start) if said[i] == ","), default=0)
    end = next((i for i in range(mention.end, len(said)) if said[i] == ","), len(said))
    return bool(_SUPPOSES & set(said[start:end]))


def _describes(token: str) -> bool:
    return is_word(token) and token not in FUNCTION_WORDS and token not in NUMBERS


def _is_narrowed(said: Sequence[str], at: int) -> bool:
    """Whether what follows a noun says which ones, rather than ending the phrase or telling what they do."""
    if at >= len(said) or not is_word(said[at]):
        return False
    if said[at] in ("in", "within") and any(map(is_picture, said[at + 1 : at + 4])):
        return False
    return said[at] not in ("and", "or", "but", "is", "are", "visible", "present", "here", "total", "altogether", "can")


def _how_many(asked: Sequence[str], said: Sequence[str], names: Names) -> Iterator[Count]:
    """The number that answers "how many …", "count the …" or "the number of …"."""
    start = next((i for i in range(len(asked) - 1) if (asked[i], asked[i + 1]) in _ASK_NUMBER), None)
    if start is None:
        return
    mention = next((m for m in names.mentions(asked) if m.start >= start), None)
    first = next(iter(sentences(said)), [])
    at = next((i for i, t in enumerate(first) if t in NUMBERS and not _is_anybody(first, i)), None)
    if mention is None or at is None or mention.start - start > 4 or (at and first[at - 1] in _UNSURE):
        return
    counted = next((m for m in names.mentions(first) if m.start > at), None)
    if counted is not None and counted.name != mention.name:
        return
    others = [t for t in (*asked[start : mention.start], *asked[mention.end :]) if is_word(t)]
    narrowed = not mention.exact or any(t not in _WHOLE and not is_picture(t) for t in others)
    number = NUMBERS[first[at]]
    if first[at] == "no" and first[at + 1 : at + 2] == [","]:  # an answer to whether there are so many
        return
    if number or not narrowed:
        yield Count(mention.name, number, at_least=narrowed)


def _is_anybody(said: Sequence[str], at: int) -> bool:
    """Whether a word is the "one" of "one can see"."""
    return said[at] == "one" and said[at + 1 : at + 2] != [] and said[at + 1] in _OF_ANYBODY


# --- who is where ---

_JOINS = word_set(
    "is are was lies sits stands appears seems rests hangs located positioned placed situated found seen visible can "
    "could be just slightly directly further farther far to on at the there a bit little well immediately also which "
    "that who toward towards close"
)
_LEADS = word_set(
    ", is are stands sits lies there you we i one can could see find spot notice a an the another one two three four "
    "five six hangs rests appears"
)
_DETERMINERS = word_set("a an the this that these those its his her their one two three four both")
_DENIES = frozenset({"not", "never", "neither", "nor", "n't", "isn't", "aren't", "without", "if", "were"})


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Tokens start..end say a side; what it is a side of begins at `end`, or is not said (`bare`)."""

    side: Side
    start: int
    end: int
    bare: bool = False


def _anchors(said: Sequence[str]) -> Iterator[_Anchor]:
    for i, token in enumerate(said):
        if token in ("above", "below"):
            yield _Anchor("above" if token == "above" else "below", i, i + 1)
        if token not in ("left", "right", "left-hand", "right-hand") or (i and said[i - 1] in ("or", "nor")):
            continue
        side: Side = "left" if token.startswith("left") else "right"
        end = i + 1 + (list(said[i + 1 : i + 2]) in (["side"], ["half"], ["part"], ["edge"]))
        after, before = said[end] if end < len(said) else "", said[i - 1] if i else ""
        if after == "of":
            yield _Anchor(side, i, end + 1)
        elif before in ("the", "far", "") and after != "or" and not (end == i + 1 and _describes(after or ".")):
            yield _Anchor(side, i, end, bare=True)


def _places(said: Sequence[str], mentions: Sequence[Mention]) -> Iterator[Place]:
    for anchor in _anchors(said):
        other = None if anchor.bare else _object(said, mentions, anchor.end)
        if other is None:
            continue
        subject = _subject(said, mentions, anchor, other)
        if subject is not None and not _DENIES & set(said):
            of = None if isinstance(other, str) else other.name
            yield Place(subject.name, anchor.side, of)


def _object(said: Sequence[str], mentions: Sequence[Mention], at: int) -> Mention | str | None:
    """What the side is a side of: a mention, the word for the picture, or None for anything else. "It" is the other
    one of two mentions: "a bench with a dog to the left of it"."""
    before = [m for m in mentions if m.end <= at]
    if said[at : at + 1] == ["it"] and len(before) == 2 and "with" in said[before[0].end : before[1].start]:
        return before[0]
    described = False
    for i in range(at, min(at + 4, len(said))):
        for mention in mentions:
            if mention.start == i:
                return mention
        if is_picture(said[i]):
            return said[i]
        if not (_describes(said[i]) or (said[i] in _DETERMINERS and not described)):
            return None
        described = described or _describes(said[i])
    return None


def _subject(
    said: Sequence[str], mentions: Sequence[Mention], anchor: _Anchor, other: Mention | str | None
) -> Mention | None:
    """Who is at that side: the mention before it with nothing but joining words between, or the one after it."""
    before = [m for m in mentions if m.end <= anchor.start]
    if before:
        between = [*said[before[-1].end : anchor.start], ""]
        joined = (_joins(a) or (a == "," and b in ("which", "that", "who")) for a, b in pairwise(between))
        return before[-1] if all(joined) else None
    if isinstance(other, Mention):
        start = other.end
    else:
        start = next((i + 1 for i in range(anchor.end, len(said)) if is_picture(said[i])), anchor.end)
    after = next((m for m in mentions if m.start >= start), None)
    if after is None or start == after.start:
        return None
    between = said[start : after.start]
    return after if all(t in _LEADS for t in between[:-2]) and between[0] in _LEADS else None


def _joins(token: str) -> bool:
    return token in _JOINS or token.endswith(("ing", "ed", "ly"))


def _taken_over(asked: Sequence[str], said: Sequence[str], names: Names) -> Iterator[Place]:
    """Sides of which the question names one end or both; only the first sentence of the answer is read."""
    first = next(iter(sentences(said)), [])
    in_question, in_answer = names.mentions(asked), names.mentions(first)
    if not first or _DENIES & {*first, *asked}:
        return
    if {"what", "which"} & set(asked[:3]) and in_answer and not any(_anchors(first)):
        yield from _what_is_there(asked, in_question, in_answer[0].name)
    if len(in_question) == 1 and ({"locate", "find"} & set(asked) or "where" in asked[:2]) and "it" in first[:4]:
        yield from _where_it_is(first, in_answer, in_question[0].name)
    if len(in_question) == 2 and ({"or", "side"} & set(asked) or "where" in asked[:2]) and first[0] != "no":
        yield from _which_side(first, in_question, in_answer)


def _what_is_there(asked: Sequence[str], in_question: Sequence[Mention], answer: str) -> Iterator[Place]:
    """ "What is to the left of the car?" "A dog." """
    for anchor in _anchors(asked):
        other = None if anchor.bare else _object(asked, in_question, anchor.end)
        if isinstance(other, Mention) and not any(m.end <= anchor.start for m in in_question):
            yield Place(answer, anchor.side, other.name)


def _where_it_is(first: Sequence[str], in_answer: Sequence[Mention], asked_about: str) -> Iterator[Place]:
    """ "Where is the dog?" "It is to the left of the car." """
    for anchor in _anchors(first):
        other = None if anchor.bare else _object(first, in_answer, anchor.end)
        if other is not None and not any(m.end <= anchor.start for m in in_answer):
            yield Place(asked_about, anchor.side, None if isinstance(other, str) else other.name)


def _which_side(first: Sequence[str], in_question: Sequence[Mention], in_answer: Sequence[Mention]) -> Iterator[Place]:
    """ "Is the dog to the left or right of the car?" "To the left." """
    one, two = in_question
    for anchor in _anchors(first):
        other = two if anchor.bare else _object(first, in_answer, anchor.end)
        ahead = {m.name for m in in_answer if m.end <= anchor.start}
        if isinstance(other, Mention) and ahead <= {one.name} and other.name == two.name:
            yield Place(one.name, anchor.side, other.name)
