"""How the format of a convention is described in a question that demands it.

Covered: the form of a place per kind and the unit of its numbers, in English and Chinese. Not covered: the sentences
around them (see `words_en`, `words_zh`).
"""

from __future__ import annotations

from dataclasses import dataclass

from mmrecipes.recipes.qwen_vl_grounding.conventions import Kind


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a convention's format is described in a demand: the form per kind, and the unit in both languages."""

    forms: dict[Kind, str]
    en: str
    zh: str


def _tagged(opened: str, closed: str, quad: tuple[str, str]) -> dict[Kind, str]:
    corners = "(x1,y1),(x2,y2),(x3,y3),(x4,y4)"
    return {
        "box": f"{opened}(x1,y1),(x2,y2){closed}",
        "point": f"{opened}(x,y){closed}",
        "quad": f"{quad[0]}{corners}{quad[1]}",
    }


_JSON: dict[Kind, str] = {
    "box": '{"bbox_2d": [x1, y1, x2, y2], "label": name}',
    "point": '{"point_2d": [x, y], "label": name}',
}
SPELLINGS = {
    "list_float": Spelling(
        {"box": "<box>x1,y1,x2,y2</box>", "point": "<box>x,y</box>"}, "fractions of width and height", "宽高的比例"
    ),
    "qwen_vl": Spelling(_tagged("<box>", "</box>", ("<quad>", "</quad>")), "integers from 0 to 999", "0到999的整数"),
    "qwen2_vl": Spelling(
        _tagged("<|box_start|>", "<|box_end|>", ("<|quad_start|>", "<|quad_end|>")),
        "integers from 0 to 1000",
        "0到1000的整数",
    ),
    "qwen25_vl": Spelling(_JSON, "pixels of the resized image", "缩放后图像的像素"),
    "qwen3_vl": Spelling(_JSON, "integers from 0 to 1000", "0到1000的整数"),
    "kosmos2": Spelling(
        {
            "box": "<object><patch_index_AAAA><patch_index_BBBB></object>",
            "point": "<object><patch_index_AAAA></object>",
        },
        "cells of a 32 x 32 grid",
        "32x32网格的单元",
    ),
    "shikra": Spelling(
        {"box": "[x1,y1,x2,y2]", "point": "[x,y]"}, "fractions of the padded square image", "补成正方形后的比例"
    ),
    "florence2": Spelling(
        {
            "box": "name<loc_x1><loc_y1><loc_x2><loc_y2>",
            "point": "name<loc_x><loc_y>",
            "quad": "text<loc_x1><loc_y1><loc_x2><loc_y2><loc_x3><loc_y3><loc_x4><loc_y4>",
        },
        "bins from 0 to 999",
        "0到999的区间编号",
    ),
    "paligemma": Spelling(
        {"box": "<locY1><locX1><locY2><locX2> name", "point": "<locY><locX> name"},
        "bins from 0 to 1023",
        "0到1023的区间编号",
    ),
    "molmo_point": Spelling(
        {"point": '<point x="X" y="Y" alt="name">name</point>'}, "percent of width and height", "宽高的百分比"
    ),
}
