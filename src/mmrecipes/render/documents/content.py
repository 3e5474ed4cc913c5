"""Random documents of all kinds.

Covered: `random_document`, kinds and complexities by turns of the index so that all are equally frequent. Not covered:
looks and layout; the user's own text (see `own_prose`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from mmrecipes.core.identity import turn
from mmrecipes.render.documents.kinds import local, vertical
from mmrecipes.render.documents.kinds.contract import contract
from mmrecipes.render.documents.kinds.desk import Desk
from mmrecipes.render.documents.kinds.form import card, certificate, form
from mmrecipes.render.documents.kinds.invoice import invoice, receipt
from mmrecipes.render.documents.kinds.letter import letter
from mmrecipes.render.documents.kinds.menu import menu
from mmrecipes.render.documents.kinds.newspaper import newspaper
from mmrecipes.render.documents.kinds.study import paper, report, slide
from mmrecipes.render.documents.tree import Document

MAKERS: Mapping[str, Callable[[Desk], Document]] = {
    "letter": letter, "invoice": invoice, "form": form, "report": report, "paper": paper, "contract": contract,
    "receipt": receipt, "slide": slide, "newspaper": newspaper, "certificate": certificate, "menu": menu, "card": card,
}  # fmt: skip
KINDS: tuple[str, ...] = tuple(MAKERS)
LEVELS = 5


def random_document(rng: random.Random, index: int, *, kind: str | None = None, complexity: int | None = None,
                    language: str = "en") -> Document:  # fmt: skip
    """The document at this index: kind and complexity (1-5) by turns, all else from `rng`. Languages other than English
    have the kinds of `local`, Chinese and Japanese those of `vertical`, too."""
    kinds = KINDS if language == "en" else kinds_of(language)
    place = turn(index, len(kinds) * LEVELS, "document kind")
    kind, complexity = kind or kinds[place % len(kinds)], complexity or 1 + place // len(kinds)
    if language == "en":
        return MAKERS[kind](Desk(kind, language, complexity, rng))
    if kind in vertical.MAKERS and rng.random() < vertical.SHARES.get(language, {}).get(kind, 0.0):
        return vertical.MAKERS[kind](vertical.Scribe(kind, language, complexity, rng))
    return local.MAKERS[kind](local.LocalDesk(kind, language, complexity, rng))


def kinds_of(language: str) -> tuple[str, ...]:
    """The kinds of documents in a language other than English."""
    return tuple(dict.fromkeys((*local.KINDS, *vertical.SHARES.get(language, ()))))
