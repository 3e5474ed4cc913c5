"""Which turns a scene makes: queries over its truth, their answers, and both in words.

Covered: read all, read one sign (by its box or first word), locate a word, list the words, language, counts, presence;
dialogues of two or three of them. Signs are quoted in their script. Boxes in texts are whole pixels [left, top, right,
bottom]. Chinese scenes are asked about in Chinese. Not covered: wording in other languages.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from mmrecipes.canvas.scripts import LANGUAGES, script_of
from mmrecipes.core.identity import turn
from mmrecipes.recipes.qianfan_vl.scene import phrases, phrases_zh
from mmrecipes.render.corpora import texts as corpus
from mmrecipes.render.corpora.names import WORDS

_SHARES = {
    "read_all": 5,
    "read_sign": 5,
    "locate": 4,
    "list_words": 3,
    "count": 3,
    "language": 1,
    "present": 2,
    "dialogue": 4,
}
CYCLE = tuple(kind for kind, share in _SHARES.items() for _ in range(share))


UNSPACED = frozenset({"zh", "zh-Hant", "ja", "th"})
"""Languages without blanks between words: their signs are not asked for words one by one."""
_ABSENT = (*WORDS["surnames"], "Bakery", "Station", "Market", "Open", "Closed", "Exit", "Lunch", "Street", "Garden",
           "Museum")  # fmt: skip
_TELLING = {"ru": "ыэъё", "uk": "іїєґ", "fa": "پچژگکی", "de": "äöüß"}
"""Letters that tell a language from the others in its script."""


def can_be_told(truth: Mapping[str, Any]) -> bool:
    """Whether a reader can say which language the signs are in: all letters are of its script, and there are letters or
    words enough that no other language here has."""
    code = truth["language"]
    text = "".join(w["text"] for s in truth["signs"] for w in s["words"])
    scripts = {script_of(ch) for ch in text} - {"Zyyy"}
    own = LANGUAGES[code].script
    if not scripts or not scripts <= ({"Hani", "Jpan"} if own == "Jpan" else {own}):
        return False
    if code in ("zh", "zh-Hant"):
        return not _encodes(text, "big5" if code == "zh" else "gb2312")
    if own == "Jpan":
        return "Jpan" in scripts
    if code == "ar":
        return not any(ch in _TELLING["fa"] for ch in text)
    if code in ("ru", "uk", "fa"):
        return any(ch in _TELLING[code] for ch in text.lower())
    words = {w for w in shown_words(truth) if len(w) > 3 and w.isalpha()}
    return own != "Latn" or len(words) >= 4 or code == "en"


def _encodes(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer in words, the query behind it, and the frame it was worded with."""

    question: str
    answer: str
    query: Mapping[str, Any]
    template: str


def turn_kind(index: int) -> str:
    return CYCLE[turn(index, len(CYCLE), "scene-turn")]


def box_text(quad: Sequence[Sequence[float]]) -> list[int]:
    """The upright box around a quad in whole pixels: left, top, right, bottom."""
    xs, ys = [p[0] for p in quad], [p[1] for p in quad]
    return [int(min(xs)), int(min(ys)), round(max(xs) + 0.5), round(max(ys) + 0.5)]


def ask(kind: str, truth: Mapping[str, Any], rng: random.Random) -> list[Turn]:
    """The turns of a sample of this kind; empty when the scene offers none."""
    if kind != "dialogue":
        made = _one(kind, truth, rng, first=True)
        return [made] if made else []
    kinds = [k for k in _SHARES if k not in ("dialogue", "read_all")]
    rng.shuffle(kinds)
    wanted, found = rng.randint(2, 3), []
    for k in kinds:
        made = _one(k, truth, rng, first=not found)
        if made:
            found.append(made)
        if len(found) == wanted:
            break
    return found if len(found) >= 2 else []


def _one(kind: str, truth: Mapping[str, Any], rng: random.Random, *, first: bool) -> Turn | None:
    query = _query(kind, truth, rng)
    return None if query is None else _worded(query, truth, rng, first=first)


def shown_words(truth: Mapping[str, Any]) -> list[str]:
    """All words in reading order that have a letter or digit."""
    return [
        w["text"] for n in truth["reading"] for w in truth["signs"][n]["words"] if any(c.isalnum() for c in w["text"])
    ]


def bare(word: str) -> str:
    """A word for comparison: without case and the punctuation around it."""
    return word.strip(".,:;!?“”\"'()–-•。、，！？،؛؟।").casefold()


def _query(kind: str, truth: Mapping[str, Any], rng: random.Random) -> dict[str, Any] | None:
    signs = truth["signs"]
    n = rng.randrange(len(signs))
    spaced = truth["language"] not in UNSPACED
    if kind == "read_all":
        return {"op": kind, "args": {}}
    if kind == "language":
        return {"op": kind, "args": {}} if can_be_told(truth) else None
    if kind == "list_words":
        if not spaced:
            return None
        return {"op": kind, "args": {"form": rng.choice(["comma", "lines", "json"])}}
    if kind == "read_sign":
        firsts = Counter(s["words"][0]["text"] for s in signs)
        alone = [s["words"][0]["text"] for s in signs if firsts[s["words"][0]["text"]] == 1 and len(s["words"]) > 1]
        if alone and rng.random() < 0.4:
            return {"op": "read_from", "args": {"first": rng.choice(alone)}}
        return {"op": "read_sign", "args": {"box": box_text(signs[n]["quad"])}}
    if kind == "count":
        op = rng.choice([what for what in phrases.COUNT if spaced or "words" not in what])
        return {
            "op": "count",
            "args": {"what": op} if op in ("signs", "words") else {"what": op, "box": box_text(signs[n]["quad"])},
        }
    words = Counter(bare(w) for w in shown_words(truth))
    if kind == "locate":
        alone = [
            w["text"] for s in signs for w in s["words"] if len(bare(w["text"])) > 1 and words[bare(w["text"])] == 1
        ]
        return {"op": "locate", "args": {"word": _quotable(rng.choice(alone))}} if alone else None
    if rng.random() < 0.5:
        long = [w for w in shown_words(truth) if len(bare(w)) > 2]
        return {"op": "present", "args": {"word": _quotable(rng.choice(long))}} if long else None
    other = rng.choice(_ABSENT if truth["language"] == "en" else [*corpus.words(truth["language"])])
    return None if bare(other) in words else {"op": "present", "args": {"word": other}}


def _quotable(word: str) -> str:
    return word.rstrip(".,:;!?")


def answer(truth: Mapping[str, Any], query: Mapping[str, Any]) -> Any:
    """What a query of this truth asks for: text, list of words, box, number or yes/no."""
    op, args, signs = query["op"], query["args"], truth["signs"]
    if op == "read_all":
        return "\n\n".join("\n".join(signs[n]["lines"]) for n in truth["reading"])
    if op == "list_words":
        return shown_words(truth)
    if op == "language":
        return phrases_zh.LANGUAGE_NAMES.get(truth["language"], LANGUAGES[truth["language"]].name)
    if op == "read_from":
        return "\n".join(next(s for s in signs if s["words"][0]["text"] == args["first"])["lines"])
    if op == "locate":
        return box_text(next(w for s in signs for w in s["words"] if bare(w["text"]) == bare(args["word"]))["quad"])
    if op == "present":
        return bare(args["word"]) in {bare(w["text"]) for s in signs for w in s["words"]}
    if op == "count" and args["what"] == "signs":
        return len(signs)
    if op == "count" and args["what"] == "words":
        return sum(len(s["words"]) for s in signs)
    sign = next(s for s in signs if box_text(s["quad"]) == args["box"])
    if op == "count":
        return len(sign["lines"]) if args["what"] == "lines_on" else len(sign["words"])
    return "\n".join(sign["lines"])


def _worded(query: Mapping[str, Any], truth: Mapping[str, Any], rng: random.Random, *, first: bool) -> Turn:
    op, args = query["op"], query["args"]
    bank = phrases_zh if truth["language"] == "zh" else phrases
    taken: list[str] = []

    def of(name: str, options: Sequence[str]) -> str:
        k = rng.randrange(len(options))
        taken.append(f"{name}{k}")
        return options[k]

    opening = of("o", bank.OPENINGS) if first else ""
    fields = {"box": str(args.get("box", "")), "word": args.get("word", ""), "first": args.get("first", "")}
    found = answer(truth, query)
    name = f"count.{args['what']}" if op == "count" else op
    cores, closings, sentences = _chosen(bank, op, args)
    question = opening + of("c", cores).format(**fields)
    if closings:
        question += bank.JOINT + of("e", closings)
    text = (bank.YES if found else bank.NO) if op == "present" else _text(op, args, found)
    if sentences and rng.random() < 0.4:
        chosen = bank.SENTENCES["yes" if found else "no"] if op == "present" else sentences
        text = of("s", chosen).format(a=text, **fields)
    return Turn(question, text, query, f"{bank.PREFIX}{name}/{'.'.join(taken)}")


def _chosen(bank: ModuleType, op: str, args: Mapping[str, Any]) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """Cores, closings and answer sentences of an operation."""
    if op == "count":
        closings = bank.BOX_NOTES if "box" in args else phrases.COUNT_NOTE if args["what"] == "words" else ()
        return bank.COUNT[args["what"]], closings, bank.SENTENCES["count"]
    return {
        "read_all": (bank.READ_ALL, bank.READ_ALL_CLOSINGS, ()),
        "read_sign": (bank.READ_SIGN, bank.BOX_NOTES, bank.SENTENCES["sign"]),
        "read_from": (bank.READ_FROM, (), bank.SENTENCES["sign"]),
        "locate": (bank.LOCATE, bank.LOCATE_NOTES, bank.SENTENCES["locate"]),
        "list_words": (phrases.LIST, phrases.LIST_CLOSINGS.get(args.get("form", ""), ()), ()),
        "language": (bank.LANGUAGE, (), bank.SENTENCES["language"]),
        "present": (bank.PRESENT, (), bank.SENTENCES["yes"]),
    }[op]


def _text(op: str, args: Mapping[str, Any], found: Any) -> str:
    if op == "list_words":
        if args["form"] == "json":
            return json.dumps(found, ensure_ascii=False)
        return (", " if args["form"] == "comma" else "\n").join(found)
    return str(found)
