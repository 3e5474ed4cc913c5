"""Noun phrases of a caption, by a small rule-based reader (the paper uses a tagger).

A caption is cut at words that cannot stand inside a noun phrase (prepositions, auxiliaries, pronouns, common verbs)
and at marks; what is left between two cuts is a phrase: lower case, without article and numeral. A word in -ing or
-ed opens a phrase only before another word of it ("parking lot"), else it is a verb and cuts. Covered: plain English
captions. Not covered: verbs outside the list (they lengthen a phrase), singular and plural as one.
"""

from __future__ import annotations

import re

from mmrecipes.recipes.llava.mentions import FUNCTION_WORDS, NUMBERS, is_word, tokens, word_set

_VERBS = word_set(
    "sits sit stands stand lies lie holds hold wears wear rides ride walks walk runs run plays play eats eat looks "
    "look shows show takes take makes make goes go comes come gets get uses use flies fly waits wait works work plays "
    "carries carry talks talk poses pose leans lean covers cover fills fill hangs hang drives drive watches watch "
    "smiles smile seen taken made left put set"
)
_LOOSE = word_set(
    "several many few couple pair group bunch various other others another more most such own same first second third"
)
_ARTICLES = word_set("a an the this that these those its his her their our your my some any each every")
_VERBAL = re.compile(r".{3,}(?:ing|ed)$")


def noun_phrases(caption: str) -> tuple[str, ...]:
    """The phrases of a caption, each once, in order."""
    runs: list[list[str]] = [[]]
    for token in tokens(caption):
        if token in _ARTICLES or token in NUMBERS or token in _LOOSE:
            runs.append(["*"])  # a new phrase begins for certain
        elif not is_word(token) or token in FUNCTION_WORDS or token in _VERBS or token.isdigit():
            runs.append([])
        else:
            runs[-1].append(token)
    found = [phrase for run in runs for phrase in _cut_at_verbs(run)]
    return tuple(dict.fromkeys(found))


def _cut_at_verbs(run: list[str]) -> list[str]:
    opened = run[:1] == ["*"]
    words = run[1:] if opened else run
    parts: list[list[str]] = [[]]
    for i, word in enumerate(words):
        first_of_opened = opened and i == 0 and len(words) > 1
        if _VERBAL.match(word) and not first_of_opened:
            parts.append([])
        else:
            parts[-1].append(word)
    return [" ".join(part) for part in parts if part]
