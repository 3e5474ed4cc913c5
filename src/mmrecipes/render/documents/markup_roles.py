"""What headings and paragraphs of a role look like in typst's language."""

from __future__ import annotations

_CENTRE = "#set align(center)\n#set par(justify: false)\n"
HEADINGS: dict[str, tuple[float, str, str]] = {
    "subject": (1.05, "", ", above: 1.4em, below: 1.2em, sticky: true"),
    "invoice": (2.1, "#set text(tracking: 0.03em)\n", ", above: 0.9em, below: 1.1em"),
    "receipt": (1.5, _CENTRE, ", above: 0pt, below: 0.8em"),
    "certificate": (2.4, _CENTRE, ", above: 1.4em, below: 1.2em"),
    "holder": (1.9, _CENTRE, ", above: 0.9em, below: 1em"),
    "nameplate": (4.2, _CENTRE, ", above: 0pt, below: 0.35em"),
    "headline": (2.3, "", ", above: 0.8em, below: 0.7em, sticky: true"),
    "story": (1.5, "", ", above: 1.2em, below: 0.6em, sticky: true"),
    "box": (1.05, "", ", above: 0pt, below: 0.6em, sticky: true"),
    "menu": (2.6, _CENTRE, ", above: 0.3em, below: 0.7em"),
    "course": (1.35, "", ", above: 1.5em, below: 0.8em, sticky: true"),
    "card": (1.35, "#set text(fill: white)\n", ", above: 0pt, below: 0.4em"),
    "slide": (1.75, "", ", above: 0pt, below: 0.8em"),
    "paper": (1.75, _CENTRE, ", above: 0.4em, below: 0.9em"),
    "clause": (1.08, "", ", above: 1.35em, below: 0.75em, sticky: true"),
    "section": (1.15, "", ", above: 1.3em, below: 0.8em, sticky: true"),
}
"""Size as a multiple of the body's, style of the text, options of its block."""
LEVELS = (1.75, 1.32, 1.14, 1.02)
"""Sizes of headings without a role, by level."""

_SMALL = "#set text(size: {small}pt)\n"
_RAGGED = "#set par(justify: false)\n"
PARAGRAPHS: dict[str, tuple[str, str]] = {
    "letterhead": (
        ", below: 0.6em",
        '#set align({letterhead})\n#set text(font: {family}, size: {big}pt, weight: "bold", fill: rgb("{accent}"))\n',
    ),
    "letterhead_line": (", above: 0.4em, below: 1.6em", "#set align({letterhead})\n" + _SMALL + _RAGGED),
    "address": (", above: 1.3em, below: 1.3em", _RAGGED + "#set par(leading: 0.5em)\n"),
    "label": (", below: 0.5em", _RAGGED),
    "date": ("", _RAGGED),
    "subject": (", above: 1.4em, below: 1.2em", _RAGGED),
    "salutation": (", above: 1.3em", _RAGGED),
    "goodbye": (", above: 1.4em, below: 0.8em, sticky: true", _RAGGED),
    "signatory": (", above: 0.8em", _RAGGED),
    "small": ("", _SMALL + _RAGGED),
    "terms": ("", _SMALL),
    "fineprint": (", above: 1.4em", _SMALL + _RAGGED),
    "centre": ("", _CENTRE),
    "centre_small": (", above: 2em", _CENTRE + _SMALL),
    "issuer": (", below: 1.4em", _CENTRE + "#set text(font: {family}, tracking: 0.06em)\n"),
    "signature_line": (", above: 0.2em", _CENTRE + _SMALL),
    "under_line": (", above: 0.2em", _SMALL + _RAGGED),
    "tagline": (", below: 1.2em", _CENTRE + _SMALL),
    "byline": (", below: 0.9em, sticky: true", '#set text(size: {small}pt, style: "italic")\n' + _RAGGED),
    "kicker": (
        ", above: 1.2em, below: 0.5em, sticky: true",
        '#set text(size: {small}pt, weight: "bold", fill: rgb("{accent}"))\n',
    ),
    "dateline": ("", _SMALL + _RAGGED),
    "box": (", above: 0.3em", _SMALL + _RAGGED),
    "authors": ("", _CENTRE),
    "affiliation": (", below: 1.2em", _CENTRE + '#set text(style: "italic")\n'),
    "abstract": (", inset: (x: 1.6em), below: 1.4em", _SMALL),
    "continued": ("", ""),
    "numbered": (", inset: (left: 0.9em)", ""),
    "dish": (", above: 0.75em", _RAGGED),
    "dish_note": (", above: 0.4em", _SMALL + _RAGGED),
    "card_issuer": ("", _SMALL),
}
"""Options of the block and style of the text, with slots for what the look decides."""
