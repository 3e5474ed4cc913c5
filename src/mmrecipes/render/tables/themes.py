"""The themes: a table of looks in three families, used in turn.

Source: Qianfan-VL report, section 3.2: 50+ themes (statistics, technical, financial), borderless tables, contract
forms; ledgers added. Any two themes differ in at least two of border set, palette, density, header style, font,
alignment.
"""

from __future__ import annotations

import functools
from typing import cast

from mmrecipes.core.identity import turn
from mmrecipes.render.tables.looks import Align, HeaderStyle, Theme

_TABLE = """
name             | family     | border        | palette   | density| header   | font             | align
booktabs-01      | statistics | booktabs      | rose      | normal | bold     | Source Serif Pro | centre
booktabs-02      | statistics | booktabs      | grey      | normal | plain    | Manrope          | centred_heads
rows-01          | statistics | rows          | white     | tight  | bold     | DejaVu Sans      | centred_heads
rows-02          | statistics | rows          | grey      | airy   | italic   | Hanken Grotesk   | decimal
stripes-01       | statistics | stripes       | sand      | normal | bold     | Manrope          | right
stripes-02       | statistics | stripes       | sky       | airy   | italic   | Source Serif Pro | decimal
head-01          | statistics | head          | white     | normal | bold     | STIX             | centre
head-02          | statistics | head          | forest    | normal | inverted | Hanken Grotesk   | right
top-bottom-01    | statistics | top_bottom    | slate     | tight  | plain    | STIX             | centre
open-sides-01    | statistics | open_sides    | ink       | normal | accent   | DejaVu Serif     | decimal
open-sides-02    | statistics | open_sides    | ink       | airy   | filled   | Source Serif Pro | left
none-01          | statistics | none          | ink       | airy   | inverted | Hanken Grotesk   | right
none-02          | statistics | none          | plum      | normal | filled   | DejaVu Serif     | right
frame-01         | statistics | frame         | plum      | tight  | inverted | Caladea          | right
dotted-01        | statistics | dotted        | ocean     | normal | plain    | Source Serif Pro | right
dashed-01        | statistics | dashed        | rose      | tight  | plain    | DejaVu Sans      | centre
stub-01          | statistics | stub          | sky       | tight  | filled   | STIX             | left
stub-02          | statistics | stub          | white     | tight  | bold     | Hanken Grotesk   | right
striped-frame-01 | statistics | striped_frame | newspaper | tight  | bold     | Source Sans Pro  | left
grid-01          | statistics | grid          | forest    | normal | accent   | Manrope          | decimal
grid-02          | technical  | grid          | sky       | tight  | italic   | Source Serif Pro | right
grid-03          | technical  | grid          | teal      | normal | filled   | DejaVu Sans Mono | right
heavy-grid-01    | technical  | heavy_grid    | teal      | tight  | italic   | STIX             | left
heavy-grid-02    | technical  | heavy_grid    | white     | airy   | bold     | DejaVu Sans      | left
columns-01       | technical  | columns       | ink       | tight  | inverted | STIX             | left
columns-02       | technical  | columns       | ocean     | airy   | filled   | DejaVu Sans Mono | right
open-sides-03    | technical  | open_sides    | grey      | normal | italic   | DejaVu Sans      | left
striped-frame-02 | technical  | striped_frame | slate     | airy   | inverted | DejaVu Sans Mono | centred_heads
striped-frame-03 | technical  | striped_frame | amber     | airy   | bold     | Hanken Grotesk   | decimal
left-bar-01      | technical  | left_bar      | amber     | tight  | bold     | Source Sans Pro  | right
left-bar-02      | technical  | left_bar      | ink       | normal | plain    | DejaVu Sans Mono | centred_heads
right-bar-01     | technical  | right_bar     | ocean     | normal | bold     | DejaVu Sans      | decimal
none-03          | technical  | none          | night     | normal | inverted | Source Sans Pro  | centred_heads
none-04          | technical  | none          | grey      | normal | bold     | Manrope          | left
dotted-02        | technical  | dotted        | terminal  | tight  | filled   | Source Sans Pro  | left
head-03          | technical  | head          | sky       | airy   | inverted | Source Sans Pro  | decimal
stripes-03       | technical  | stripes       | white     | airy   | plain    | DejaVu Sans      | centre
booktabs-03      | technical  | booktabs      | white     | tight  | accent   | Hanken Grotesk   | centred_heads
booktabs-04      | technical  | booktabs      | night     | airy   | inverted | Manrope          | right
frame-02         | technical  | frame         | ink       | normal | inverted | Manrope          | decimal
ledger-01        | financial  | ledger        | amber     | normal | plain    | DejaVu Serif     | centred_heads
ledger-02        | financial  | ledger        | ink       | tight  | italic   | Manrope          | centred_heads
ledger-03        | financial  | ledger        | burgundy  | normal | bold     | Hanken Grotesk   | right
ledger-04        | financial  | ledger        | sand      | tight  | bold     | DejaVu Serif     | decimal
ledger-ruled-01  | financial  | ledger_ruled  | newspaper | airy   | plain    | Caladea          | decimal
ledger-ruled-02  | financial  | ledger_ruled  | white     | normal | italic   | Caladea          | centred_heads
ledger-ruled-03  | financial  | ledger_ruled  | grey      | tight  | accent   | DejaVu Serif     | right
contract-01      | financial  | contract      | white     | airy   | plain    | STIX             | centred_heads
contract-02      | financial  | contract      | white     | tight  | filled   | Caladea          | decimal
contract-03      | financial  | contract      | ink       | normal | inverted | Source Sans Pro  | right
contract-04      | financial  | contract      | grey      | normal | plain    | Source Serif Pro | decimal
form-01          | financial  | form          | white     | airy   | plain    | Manrope          | right
form-02          | financial  | form          | ink       | normal | bold     | STIX             | right
form-03          | financial  | form          | teal      | tight  | inverted | Hanken Grotesk   | right
booktabs-05      | financial  | booktabs      | burgundy  | airy   | accent   | DejaVu Serif     | decimal
frame-03         | financial  | frame         | amber     | tight  | plain    | Manrope          | centred_heads
rows-03          | financial  | rows          | slate     | normal | italic   | Source Serif Pro | right
none-05          | financial  | none          | newspaper | tight  | inverted | Manrope          | decimal
none-06          | financial  | none          | sand      | tight  | bold     | Caladea          | centred_heads
stripes-04       | financial  | stripes       | forest    | normal | plain    | STIX             | centred_heads
"""


@functools.cache
def themes() -> tuple[Theme, ...]:
    """All themes, in the order of the table."""
    rows = [[part.strip() for part in line.split("|")] for line in _TABLE.strip().splitlines()[1:]]
    return tuple(_theme(*row) for row in rows)


def _theme(
    name: str, family: str, border: str, palette: str, density: str, header: str, font: str, align: str
) -> Theme:
    if family not in ("statistics", "technical", "financial"):
        raise ValueError(f"theme {name}: unknown family {family!r}")
    return Theme(name, family, border, palette, density, cast(HeaderStyle, header), font, cast(Align, align))


def theme_for(index: int) -> Theme:
    """The theme of this index: every one is used before any comes again."""
    return themes()[turn(index, len(themes()), "table-theme")]
