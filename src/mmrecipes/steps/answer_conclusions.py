"""The conclusion of a long answer: what stands in the last box, behind "the answer is", or in the final sentence.

Covered: English and Chinese; subordinate clauses are cut off, and of a sentence the part behind its verb is read
("so the lowest is 2019" gives "2019"). A sentence with alternatives, denials or doubts, and a conclusion that is taken
back ("12. Wait, 13"), are read as a whole only. Not covered: conclusions that have to be worked out, irony.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from mmrecipes.core.text import normalised, words
from mmrecipes.steps.repetition import sentences


@dataclass(frozen=True, slots=True)
class Conclusion:
    """`text` as written. `firm` when it is marked as the conclusion or is the whole answer, and not merely the last
    sentence, so that another value in it is another answer."""

    text: str
    firm: bool


_MARK = re.compile(
    r"(?:\b(?:final|correct|right|best|my)\s+)*\b(?:answer|option|choice)\b\s*"
    r"(?:to [^.\n:]{1,80}?\s)?(?:,\s*(?:then|therefore|thus|so|hence),\s*)?"
    r"(?:is|are|was|would be|should be|must be|:|=)+(?:\s*(?:therefore|thus|then|:))*"
    r"|\b(?:final\s+)?(?:result|answer)\s*[:=]"
    r"|(?:正确|最终|最后)?的?(?:答案|选项|结果)(?:应该|应当|应|就)?(?:是|为|选|:|：)+"
    r"|(?:应该|应当|故|所以|因此|应|，|,|^)选择?(?=\s*[(（]?[A-J])",
    re.IGNORECASE | re.MULTILINE,
)
_SUPPOSING = re.compile(r"\b(?:if|suppose|assuming|whether|unless)\b|如果|假设|假如|是否", re.IGNORECASE)
_SO = re.compile(
    r"(?:(?:and\s+)?(?:so|therefore|thus|hence|consequently|overall|in conclusion|in total|in summary|finally)\b|"
    r"因此|所以|故|综上所述|综上|总之|最终|最后)[,，:：\s]*",
    re.IGNORECASE,
)
_MOST_WORDS = 12
"""Longest answer of one sentence that is its own conclusion."""


def conclusion(text: str) -> Conclusion:
    """The conclusion of an answer; the text is empty when the answer is."""
    text = normalised(text).strip()
    if boxed := _last_box(text):
        return Conclusion(boxed, True)
    if marked := _marked(text):
        return Conclusion(marked, not _TAKEN_BACK.search(marked, 1))
    said = sentences(text)
    last = said[-1] if said else ""
    for so in reversed(list(_SO.finditer(last))):
        if (not so.start() or last[: so.start()].rstrip()[-1:] in ",，;；:：") and last[so.end() :]:
            return Conclusion(last[so.end() :], not _says_more(last[so.end() :]))
    return Conclusion(last, len(said) < 2 and len(words(text)) <= _MOST_WORDS and not _says_more(last))


def _says_more(sentence: str) -> bool:
    """Whether a subordinate clause holds a number, which may be the one that counts."""
    cut = _CLAUSE.search(sentence, 1)
    return cut is not None and _A_NUMBER.search(sentence, cut.start()) is not None


def _last_box(text: str) -> str:
    start = text.rfind("\\boxed{")
    if start < 0:
        return ""
    depth, begin = 1, start + len("\\boxed{")
    for at in range(begin, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[begin:at].strip()
    return ""


def _marked(text: str) -> str:
    """What the last mark introduces: the rest of its line, or the next line when nothing is left of its own."""
    plain = re.sub(r"\*\*|__", "", text)
    for mark in reversed(list(_MARK.finditer(plain))):
        line_start = max(plain.rfind(end, 0, mark.start()) for end in ("\n", ". ", "。")) + 1
        if _SUPPOSING.search(plain, line_start, mark.start()):
            continue
        rest = plain[mark.end() :].lstrip(" \t:：,，")
        if _TAKEN_BACK.search(rest, 1):
            return rest.strip()
        line = rest.lstrip("\n").partition("\n")[0].strip()
        if line:
            return line
    return ""


_CLAUSE = re.compile(
    r",?\s+(?:because|since|although|whereas|while|given that|so that)\s|"
    r",\s*(?:which|as|where|who|with|but|so|and (?:it|this|the|that)|not|rather than|instead of)\s|"
    r"\s*[(（]|\s[–—-]\s(?!\d)|;|；|，?(?:因为|由于|而)|，",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\s(?:is|are|was|were|equals|totals|shows|reads|says|displays|has|have|(?:would|should|must|will) be)"
    r"(?=[\s:])\s*:?|\s*=\s*|"
    r"(?:一共|总共|共)?(?:是|为|等于|有)",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(
    r"\b(?:or|not|never|neither|nor|no longer|cannot|either|unless|except|instead|rather|than|about|approximately|"
    r"around|roughly|nearly|almost|maybe|perhaps|probably|possibly|between|unknown|unclear|if|whether|suppose|assuming|"
    r"doubt|impossible|false that|wrong|untrue|incorrect to|nobody|no one|nothing|none|hardly|barely|scarcely|"
    r"den(?:y|ies)|fails?|lacks?|without|might|may be|could|can be|seems?|guess)\b|n't\b|[≈~±]|"
    r"不是|并非|没有|或者|还是|大约|约|左右|可能|而不|是否|无法|不能|不确定|未必|不一定|怀疑|难以|不可|如果|假设|假如|除非|以上|以下|不到|超过|至少|至多",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"\b(?:wait|actually|correction|scratch that|on second thoughts?|my mistake|or rather|let me re\w+|i meant)\b|"
    r"[.,;:?!…–—-]\s*no\b\s*[,:.]|[。，；？！,;]\s*不对|更正|等等，|错了|其实|应改为",
    re.IGNORECASE,
)
_OPEN_END = re.compile(
    r"\s*[(（;；]|，(?!\s*(?:因为|由于|比|低于|高于|小于|大于|少于|多于|也就是|即|而不是|这))|"
    r"[\s,–—-]*(?:but|however|yet|though|although|or|maybe|perhaps|possibly|probably|approximately|about|roughly|"
    r"not sure|plus|minus)\b",
    re.IGNORECASE,
)
"""What a clause begins with that may make another answer of the one before it: a unit in brackets, "but"."""
_A_NUMBER = re.compile(
    r"\d|[一二两三四五六七八九十]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b", re.IGNORECASE
)
_CALCULATION = re.compile(r"(?:[\s\d.+\-*/×÷·^()%$]|(?<![a-z])[a-z](?![a-z]))*", re.IGNORECASE)
_POLAR = re.compile(
    r"\s*(yes|no|true|false|correct|incorrect|是的?|不是|对|不对|有|没有|否)(?=\s*[,.;:!，。；！：]|\s*$)",
    re.IGNORECASE,
)
_SAYS_YES = re.compile(r"\b(?:yes|true|correct)\b|是的|对的|没错", re.IGNORECASE)
_SAYS_NO = re.compile(r"(?:^|[,.;:!?]\s*|\bis )(?:no|false|incorrect)\b(?!\s+\w)|不对|否", re.IGNORECASE)


def readings(text: str) -> list[str]:
    """What a conclusion may be read as, the whole first: its first sentence, the main clause, the part behind the verb,
    and a "yes" or "no" that it begins with."""
    if _TAKEN_BACK.search(text, 1):
        return [text.strip()]
    first = (sentences(text) or [text])[0]
    cut = _CLAUSE.search(first, 1)
    clause, rest = (first[: cut.start()], first[cut.start() :]) if cut else (first, "")
    found = [text, first, opening(text)]
    if not _UNDECIDED.search(clause) and not _OPEN_END.match(rest):
        found += [clause, *_predicate(clause)]
    return [t for t in dict.fromkeys(f.strip() for f in found) if t]


def doubted(text: str) -> bool:
    """Whether a text denies, doubts or offers alternatives."""
    return bool(
        _UNDECIDED.search(text) or re.search(r"\b(?:incorrect|eliminat\w+)\b|错|不对|不正确|排除", text, re.IGNORECASE)
    )


def opening(text: str) -> str:
    """The "yes" or "no" that an answer begins with; nothing when it does not, or its sentence says both."""
    polar = _POLAR.match(text)
    if polar is None or _TAKEN_BACK.search(text, 1):
        return ""
    says_no = polar[1].lower() in ("no", "false", "incorrect", "不是", "不对", "没有", "否", "不")
    sentence = (sentences(text) or [text])[0]
    return "" if (_SAYS_YES if says_no else _SAYS_NO).search(sentence, polar.end()) else polar[1]


def _predicate(clause: str) -> list[str]:
    """The part behind the last verb, unless an earlier verb states a number of its own."""
    verbs = list(_VERB.finditer(clause))
    if not verbs:
        return []
    for verb, following in pairwise(verbs):
        between = clause[verb.end() : following.start()]
        chained = "=" in following[0] and _CALCULATION.fullmatch(between)
        if any(c.isdigit() for c in between) and not chained:
            return []
    return [clause[verbs[-1].end() :]]
