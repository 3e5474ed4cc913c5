"""The nine categories of the published data, and other names that mean one of them. Nothing else is a category."""

from __future__ import annotations

from collections.abc import Mapping

from mmrecipes.core.errors import InputError

CATEGORIES: Mapping[str, int] = {
    "Captioning & Knowledge": 13, "Chart & Table": 24, "General VQA": 36, "Grounding & Counting": 5, "Mathematics": 17,
    "Naive OCR": 28, "OCR QA": 36, "Science": 10, "Text-only": 16,
}  # fmt: skip
"""With the number of subsets that the publication has of each, 185 in all."""
ALIASES: Mapping[str, str] = {
    "OCR": "OCR QA", "Chart/Table": "Chart & Table", "Document": "OCR QA", "Grounding": "Grounding & Counting",
    "Math": "Mathematics", "Vision-Centric": "General VQA", "World Knowledge": "Captioning & Knowledge",
}  # fmt: skip
"""Names under which the categories are listed elsewhere. Two of them have no counterpart of their own."""


def category_of(name: str) -> str:
    """The category that a name means, whatever its case; empty for an empty one. Raises `InputError` for any other."""
    known = {k.casefold(): v for k, v in {**{c: c for c in CATEGORIES}, **ALIASES}.items()}
    if not name.strip():
        return ""
    try:
        return known[name.strip().casefold()]
    except KeyError:
        raise InputError(
            f"category: {name!r} is none; there are {', '.join(CATEGORIES)}, and as other names {', '.join(ALIASES)}"
        ) from None
