"""What is verified about a scene as a whole, from the stored truth alone (its letters: `lettering_checks`).

Covered: words do not overlap; signs are read from top to bottom; the answers, found again. Not covered: whether the
reading order suits signs that stand side by side.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.recipes.qianfan_vl.checks import CheckError

Points = npt.NDArray[np.float64]
MOST_OVERLAP = 0.02


def apart(quads: Sequence[Points]) -> None:
    """No two word quads have an intersection over union of 0.02 or more."""
    boxes = [(q.min(axis=0), q.max(axis=0)) for q in quads]
    for i, a in enumerate(quads):
        for j in range(i):
            if (boxes[i][0] >= boxes[j][1]).any() or (boxes[j][0] >= boxes[i][1]).any():
                continue
            common, _ = cv2.intersectConvexConvex(a.astype(np.float32), quads[j].astype(np.float32))
            whole = cv2.contourArea(a.astype(np.float32)) + cv2.contourArea(quads[j].astype(np.float32)) - common
            if common / max(whole, 1e-9) >= MOST_OVERLAP:
                raise CheckError("words_overlap", f"words {j} and {i} share {common / whole:.3f}")


def reading_order(quads: Sequence[Points], order: Sequence[int]) -> None:
    """A sign that lies wholly above another one, and overlaps it sideways, is read before it."""
    if sorted(order) != list(range(len(quads))):
        raise CheckError("reading_order", f"{list(order)} is no order of {len(quads)} signs")
    place = {n: k for k, n in enumerate(order)}
    for i, a in enumerate(quads):
        for j, b in enumerate(quads):
            across = min(a[:, 0].max(), b[:, 0].max()) - max(a[:, 0].min(), b[:, 0].min())
            if a[:, 1].max() <= b[:, 1].min() and across > 0 and place[i] > place[j]:
                raise CheckError("reading_order", f"sign {i} stands above sign {j} but is read after it")


def answers(truth: Mapping[str, Any], asked: Sequence[Mapping[str, Any]], replies: Sequence[str]) -> None:
    """Every reply says what the stored truth says, found again without the maker's code."""
    for query, reply in zip(asked, replies, strict=True):
        if not _says(truth, query["op"], query["args"], reply):
            raise CheckError("answer_differs", f"{query}: {reply!r} is not what the signs say")


def _says(truth: Mapping[str, Any], op: str, args: Mapping[str, Any], reply: str) -> bool:
    signs = truth["signs"]
    texts = [_text(s) for s in signs]
    words = [w for n in truth["reading"] for w in signs[n]["words"]]
    if op == "read_all":
        return reply.split("\n\n") == [texts[n] for n in truth["reading"]]
    if op == "list_words":
        return _listed(reply, args["form"]) == [w["text"] for w in words if re.search(r"\w", w["text"])]
    if op == "language":
        found = re.findall("|".join(sorted(map(re.escape, _NAMES.values()), key=len, reverse=True)), reply)
        return found == [_NAMES[truth["language"]]] and _written_in(truth["language"], " ".join(texts))
    if op in ("read_sign", "read_from"):
        meant = [text for s, text in zip(signs, texts, strict=True) if _is_meant(s, args)]
        return len(meant) == 1 and (reply == meant[0] or reply.endswith((f":\n{meant[0]}", f"：\n{meant[0]}")))
    if op == "locate":
        found = [w for w in words if _bare(w["text"]) == _bare(args["word"])]
        box = [int(v) for v in re.findall(r"-?\d+", reply.split("[")[-1])]
        return len(found) == 1 and _around(found[0]["quad"], box)
    if op == "present":
        there = any(_bare(w["text"]) == _bare(args["word"]) for w in words)
        return reply.lower().startswith(("yes", "有") if there else ("no", "没有"))
    return re.findall(r"\d+", reply) == [str(_counted(truth, args))]


_NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese", "it": "Italian",
    "pl": "Polish", "cs": "Czech", "tr": "Turkish", "vi": "Vietnamese", "ru": "Russian", "uk": "Ukrainian",
    "el": "Greek", "zh": "中文", "zh-Hant": "Chinese (traditional)", "ja": "Japanese", "ko": "Korean",
    "ar": "Arabic", "fa": "Persian", "he": "Hebrew", "hi": "Hindi", "th": "Thai",
}  # fmt: skip
_SCRIPTS = {
    "CYRILLIC": ("ru", "uk"), "GREEK": ("el",), "CJK": ("zh", "zh-Hant", "ja"), "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",), "HANGUL": ("ko",), "ARABIC": ("ar", "fa"), "HEBREW": ("he",), "DEVANAGARI": ("hi",),
    "THAI": ("th",),
}  # fmt: skip
"""First words of the Unicode names of letters, and the languages written with them; all others are Latin."""


def _written_in(language: str, text: str) -> bool:
    """Whether the letters are those that the language is written with, by their Unicode names."""
    scripts = {unicodedata.name(ch, "").split()[0] for ch in text if ch.isalpha() and ch not in "ªº々ー"}
    return all(language in _SCRIPTS.get(name, tuple(set(_NAMES) - _UNLATIN)) for name in scripts)


_UNLATIN = {code for codes in _SCRIPTS.values() for code in codes}


def _text(sign: Mapping[str, Any]) -> str:
    """The sign's lines, put together from its words."""
    return "\n".join(
        " ".join(w["text"] for w in sign["words"] if w["line"] == line) for line in range(len(sign["lines"]))
    )


def _listed(reply: str, form: str) -> list[str]:
    if form == "json":
        return re.findall(r'"((?:[^"\\]|\\.)*)"', reply)
    return reply.split(", " if form == "comma" else "\n")


def _is_meant(sign: Mapping[str, Any], args: Mapping[str, Any]) -> bool:
    return _around(sign["quad"], args["box"]) if "box" in args else sign["words"][0]["text"] == args["first"]


def _counted(truth: Mapping[str, Any], args: Mapping[str, Any]) -> int:
    """The number that a count asks for; -1 when its box is not that of one sign."""
    signs = truth["signs"]
    if args["what"] == "signs":
        return len(signs)
    if args["what"] == "words":
        return sum(len(s["words"]) for s in signs)
    meant = [s for s in signs if _is_meant(s, args)]
    if len(meant) != 1:
        return -1
    return len(meant[0]["lines"] if args["what"] == "lines_on" else meant[0]["words"])


def _around(quad: Sequence[Sequence[float]], box: Sequence[int]) -> bool:
    """Whether a box is the quad's own upright box, to two pixels."""
    points = np.array(quad)
    return len(box) == 4 and bool(np.abs(np.concatenate([points.min(axis=0), points.max(axis=0)]) - box).max() <= 2)


def _bare(text: str) -> str:
    """Without case and what is around the letters, marks and digits."""
    held = [i for i, ch in enumerate(text) if unicodedata.category(ch)[0] in "LMN"]
    return text[held[0] : held[-1] + 1].casefold() if held else ""
