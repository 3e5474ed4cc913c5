"""What is verified about every scene, from the stored truth and the pixels alone.

Covered: glyph quads cover the pixels that the letters changed; words do not overlap; the picture, rectified by the
inverse
homography, shows the clean letters (drawn another way: text blobs on a flat canvas); upright, unmirrored, legible,
    visible; the
reading order; answers re-derived. Not covered: OCR (optional, recorded as not run).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.canvas.fonts import Face
from mmrecipes.canvas.text import skia_font
from mmrecipes.recipes.qianfan_vl.checks import CheckError

Pixels = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]
LEAST_COVERED, MOST_OVERLAP, LEAST_CORRELATION = 0.95, 0.02, 0.6
CHANGED = 16
"""Grey levels by which a pixel must differ to count as changed."""


def coverage(before: Pixels, after: Pixels, corner: tuple[int, int], quads: Points, grow: float) -> float:
    """Share of the changed pixels that lie in the union of glyph quads (N, 4, 2), grown by a border of `grow` pixels
    and the
    pixel of anti-aliasing. Raises `CheckError` below the limit, or when the letters changed nothing."""
    changed = np.abs(after.astype(np.int16) - before.astype(np.int16)).max(axis=2) >= CHANGED
    total = int(changed.sum())
    if total < 12:
        raise CheckError("nothing_drawn", f"{total} pixels changed")
    mask = np.zeros(changed.shape, np.uint8)
    for quad in quads:
        cv2.fillConvexPoly(mask, np.round((quad - corner - 0.5) * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    reach = round(grow + 0.5)
    mask = cv2.dilate(mask, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    share = float((changed & (mask > 0)).sum()) / total
    if share < LEAST_COVERED:
        raise CheckError("ink_outside_quads", f"{share:.3f} of the changed pixels lie in glyph quads")
    return share


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


def upright(quad: Points) -> None:
    """A word reads from left to right, its glyphs stand on their feet, and it is not mirrored."""
    top, side = quad[1] - quad[0], quad[3] - quad[0]
    if top[0] * side[1] - top[1] * side[0] <= 0:
        raise CheckError("mirrored", f"the corners {quad.round(1).tolist()} run counter-clockwise")
    if side[1] <= 0:
        raise CheckError("upside_down", f"the word at {quad.round(1).tolist()} stands on its head")
    if top[0] <= 0 or abs(top[1]) > 1.8 * abs(top[0]):
        raise CheckError("not_upright", f"the word at {quad.round(1).tolist()} does not read to the right")


def clean_raster(
    glyphs: Sequence[tuple[Face, float, int, float, float, float]], size: tuple[int, int]
) -> npt.NDArray[np.float32]:
    """Glyphs (face, size, number, x, y, angle) as text blobs on a flat canvas of `size`, 0..1."""
    pixels = np.zeros((size[1], size[0]), np.uint8)
    canvas = skia.Surface.MakeRasterDirect(skia.ImageInfo.MakeA8(*size), pixels).getCanvas()
    paint = skia.Paint(AntiAlias=True)
    groups: dict[tuple[int, float], list[tuple[Face, float, int, float, float, float]]] = {}
    for g in glyphs:
        groups.setdefault((id(g[0]), g[1]), []).append(g)
    for group in groups.values():
        face, em = group[0][0], group[0][1]
        forms = [skia.RSXform(float(np.cos(g[5])), float(np.sin(g[5])), g[3], g[4]) for g in group]
        data = np.array([g[2] for g in group], np.uint16).tobytes()
        blob = skia.TextBlob.MakeFromRSXform(data, forms, skia_font(face, em), skia.TextEncoding.kGlyphID)
        canvas.drawTextBlob(blob, 0, 0, paint)
    return np.asarray(pixels, np.float32) / np.float32(255)


def correlation(
    picture: Pixels, h: npt.NDArray[np.float64], raster: npt.NDArray[np.float32], box: tuple[int, int, int, int]
) -> float:
    """Normalised correlation of a box (x0, y0, x1, y1) of the clean raster with the picture, rectified by the inverse
    of `h`
    (raster pixels to picture pixels), along the colour direction in which letters and ground differ most."""
    x0, y0, x1, y1 = box
    shift = np.array([[1, 0, x0 + 0.5], [0, 1, y0 + 0.5], [0, 0, 1]])
    to_cv = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]]) @ h @ shift
    flat = cv2.warpPerspective(
        picture, to_cv, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    ).astype(np.float32)
    ink = raster[y0:y1, x0:x1]
    spread = float(ink.std())
    if spread < 1e-4:
        return 0.0
    centred = (ink - ink.mean()) / spread
    colours = flat - flat.mean(axis=(0, 1))
    slope = (colours * centred[..., None]).mean(axis=(0, 1))
    norm = float(np.linalg.norm(slope))
    if norm < 1e-6:
        return 0.0
    along = colours @ (slope / norm)
    return float((along * centred).mean() / max(float(along.std()), 1e-6))


def answers(truth: Mapping[str, Any], asked: Sequence[Mapping[str, Any]], replies: Sequence[str]) -> None:
    """Every reply says what the stored truth says, found again without the maker's code."""
    for query, reply in zip(asked, replies, strict=True):
        if not _says(truth, query["op"], query["args"], reply):
            raise CheckError("answer_differs", f"{query}: {reply!r} is not what the signs say")


def _says(truth: Mapping[str, Any], op: str, args: Mapping[str, Any], reply: str) -> bool:
    lines = {
        n: [" ".join(w["text"] for w in s["words"] if w["line"] == k) for k in range(len(s["lines"]))]
        for n, s in enumerate(truth["signs"])
    }
    words = {n: list(s["words"]) for n, s in enumerate(truth["signs"])}
    if op == "read_all":
        return reply.split("\n\n") == ["\n".join(lines[n]) for n in truth["reading"]]
    if op == "list_words":
        wanted = [w["text"] for n in truth["reading"] for w in words[n] if re.search(r"\w", w["text"])]
        given = (
            re.findall(r'"((?:[^"\\]|\\.)*)"', reply)
            if args["form"] == "json"
            else reply.split(", " if args["form"] == "comma" else "\n")
        )
        return given == wanted
    if op == "language":
        return {"en": "English"}.get(truth["language"], "?") in reply
    if op in ("read_sign", "read_from"):
        near = [
            n
            for n, s in enumerate(truth["signs"])
            if (_around(s["quad"], args["box"]) if op == "read_sign" else s["words"][0]["text"] == args["first"])
        ]
        return len(near) == 1 and reply.endswith("\n".join(lines[near[0]]))
    if op == "locate":
        found = [w for n in words for w in words[n] if _bare(w["text"]) == _bare(args["word"])]
        box = [int(v) for v in re.findall(r"-?\d+", reply.split("[")[-1])]
        return len(found) == 1 and _around(found[0]["quad"], box)
    if op == "present":
        there = any(_bare(w["text"]) == _bare(args["word"]) for n in words for w in words[n])
        return reply.lower().startswith("yes" if there else "no")
    count = {"signs": len(words), "words": sum(map(len, words.values()))}.get(args["what"])
    if count is None:
        near = [n for n, s in enumerate(truth["signs"]) if _around(s["quad"], args["box"])]
        if len(near) != 1:
            return False
        count = len(lines[near[0]]) if args["what"] == "lines_on" else len(words[near[0]])
    return re.findall(r"\d+", reply) == [str(count)]


def _around(quad: Sequence[Sequence[float]], box: Sequence[int]) -> bool:
    """Whether a box is the quad's own upright box, to two pixels."""
    points = np.array(quad)
    return len(box) == 4 and bool(np.abs(np.concatenate([points.min(axis=0), points.max(axis=0)]) - box).max() <= 2)


def _bare(text: str) -> str:
    return re.sub(r"^\W+|\W+$", "", text).casefold()


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
