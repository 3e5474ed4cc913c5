"""Jigsaw traces: pieces are found again in the picture, options tried, orders counted."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

import mmrecipes
from mmrecipes.canvas.encode import encode
from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.thinkmorph.jigsaw.puzzle import _options, _order
from mmrecipes.recipes.thinkmorph.jigsaw.task import JigsawContent
from mmrecipes.recipes.thinkmorph.recipe import Params, source
from mmrecipes.render.jigsaws.cut import GRIDS, cut, laid_out
from mmrecipes.render.jigsaws.seams import best_fit, unsolvable
from mmrecipes.render.scene_text.photos import load_photo, sample_files
from mmrecipes_tests.recipes.thinkmorph import oracle

Pixels = np.ndarray


def found_pieces(picture: Pixels, rows: int, columns: int) -> list[Pixels]:
    """The pieces between white gaps of 20 pixels, numbers painted over. Raises where a gap is not white."""
    h, w = (picture.shape[0] - 20 * (rows - 1)) // rows, (picture.shape[1] - 20 * (columns - 1)) // columns
    for k in range(1, rows):
        assert (picture[k * h + (k - 1) * 20 : k * h + k * 20] == 255).all()
    for k in range(1, columns):
        assert (picture[:, k * w + (k - 1) * 20 : k * w + k * 20] == 255).all()
    return [picture[r * (h + 20) : r * (h + 20) + h, c * (w + 20) : c * (w + 20) + w]
            for r, c in itertools.product(range(rows), range(columns))]  # fmt: skip


def jigsaw_problems(sample: Sample) -> list[str]:
    """What is wrong: options that (do not) give the whole, seams that prefer another order, gaps, numbers."""
    told, (shown, whole) = oracle.trace(sample), oracle.pictures(sample)
    rows, columns = told["ground_truth"]["grid"]
    pieces = found_pieces(shown, rows, columns)
    h, w = pieces[0].shape[:2]
    edges = np.ones((h, w), bool)
    edges[h // 4 : -(h // 4), w // 4 : -(w // 4)] = False

    def joined(order: list[int]) -> list[Pixels]:
        return [pieces[n - 1] for n in order]

    def equal(order: list[int]) -> bool:
        parts = [whole[r * h : r * h + h, c * w : c * w + w] for r in range(rows) for c in range(columns)]
        return all((a[edges] == b[edges]).all() for a, b in zip(joined(order), parts, strict=True))

    options = offered(told["question"], rows, columns)
    found = [] if [k for k, o in options.items() if equal(o)] == [told["answer"]] else ["options"]
    best = min(itertools.permutations(range(1, rows * columns + 1)), key=lambda o: seam_cost(joined(list(o)), columns))
    found += [] if list(best) == told["ground_truth"]["order"] else ["seams"]
    yellow = [((p[..., 0] > 200) & (p[..., 1] > 180) & (p[..., 2] < 90))[h // 3 : -(h // 3)].sum() for p in pieces]
    found += [] if min(yellow) > 15 else ["number"]
    return found


def offered(question: str, rows: int, columns: int) -> dict[str, list[int]]:
    """The options as they are printed, as orders."""
    lists = re.findall(r"^([A-D])\. \[([\d, ]+)\]$", question, re.M)
    if lists:
        return {k: [int(n) for n in v.split(",")] for k, v in lists}
    said = re.findall(r"^([AB])\. Piece 1 is (to the left of|to the right of|above|below) piece 2\.$", question, re.M)
    assert all((word in ("above", "below")) == (rows == 2) for _, word in said) and rows * columns == 2
    return {k: [1, 2] if word in ("to the left of", "above") else [2, 1] for k, word in said}


def seam_cost(pieces: list[Pixels], columns: int) -> float:
    total = 0.0
    for i, piece in enumerate(pieces):
        if (i + 1) % columns:
            total += float(np.abs(piece[:, -1].astype(float) - pieces[i + 1][:, 0]).mean())
        if i + columns < len(pieces):
            total += float(np.abs(piece[-1].astype(float) - pieces[i + columns][0]).mean())
    return total


def test_options_pieces_numbers_and_seams_say_the_same(jigsaws: list[Sample]) -> None:
    assert {s.id: p for s in jigsaws if (p := jigsaw_problems(s))} == {}
    assert len({s.meta["kind"] for s in jigsaws}) >= 3
    for s in jigsaws:
        told, (shown, _) = oracle.trace(s), oracle.pictures(s)
        assert 175 <= max(shown.shape[:2]) <= 512
        assert not re.search(rf"\({told['answer']}\)|option {told['answer']}", told["resoning_thought_0"])
        assert f"({told['answer']})" in told["resoning_thought_1"]
    bare = {re.sub(r"\d+", "", s.truth["trace"]["resoning_thought_0"]) for s in jigsaws}
    assert len(bare) == len(jigsaws)


def test_toy_faults_of_jigsaws_are_found(jigsaws: list[Sample]) -> None:
    good = next(s for s in jigsaws if s.meta["kind"] == "2x2")
    told = good.truth["trace"]
    wrong = next(k for k in "ABCD" if k != told["answer"])
    letter = good.having(truth={"trace": {**told, "answer": wrong}})
    whole = good.images[1].decode()
    jpeg = oracle.with_pictures(good, good.images[0], encode(whole, "jpeg", 80))
    grid = GRIDS["2x2"]
    shown = [cut(whole, grid)[told["ground_truth"]["order"].index(n)] for n in range(1, 5)]
    unnumbered = oracle.with_pictures(good, encode(laid_out(shown, grid, numbers=False)), good.images[1])
    assert "options" in jigsaw_problems(letter) and "options" in jigsaw_problems(jpeg)
    assert "number" in jigsaw_problems(unnumbered)


def test_all_orders_come_equally_often_and_letters_too() -> None:
    rng = random.Random(5)
    orders = Counter(_order(rng, 4, True) for _ in range(2400))
    assert (
        len(orders) == 24 and sum((n - 100) ** 2 / 100 for n in orders.values()) < 49.7
    )  # chi-square, 23 df, p = 0.001
    assert (1, 2, 3, 4) not in {_order(rng, 4, False) for _ in range(200)}
    letters = Counter(_options(rng, i, (2, 1, 4, 3))[1] for i in range(400))
    assert set(letters.values()) == {100}
    for i in range(40):
        options, right = _options(rng, i, (3, 1, 2))
        assert options[right] == (3, 1, 2) and len(set(options)) == 4


def test_pieces_that_are_plain_alike_or_fit_in_two_ways_are_refused() -> None:
    rng = np.random.default_rng(1)
    noise = np.asarray(cv2.GaussianBlur(rng.integers(0, 255, (80, 80, 3), np.uint8), (0, 0), 6), np.uint8)
    lively = np.asarray(cv2.normalize(noise, noise, 0, 255, cv2.NORM_MINMAX), np.uint8)
    grid = GRIDS["1x2"]
    assert unsolvable(cut(lively, grid), grid) is None
    plain = lively.copy()
    plain[:, 40:] = 90
    twin = np.hstack([lively[:, :40], lively[:, :40]])
    mirrored = np.hstack([lively[:, :40], lively[:, :40][:, ::-1]])
    reasons = [unsolvable(cut(p, grid), grid) for p in (plain, twin, mirrored)]
    assert [r and r[0] for r in reasons][:2] == ["plain_piece", "pieces_alike"]
    assert reasons[2] and reasons[2][0] in ("orders_too_close", "other_order_fits_better")
    assert best_fit(cut(lively, grid)[::-1], grid).best == (1, 0)


def test_photographs_of_a_folder_are_cut_and_bad_ones_are_named(tmp_path: Path) -> None:
    for file in sample_files():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    cv2.imwrite(str(tmp_path / "tiny.png"), np.zeros((100, 300, 3), np.uint8))
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    remarks = source(Params(), {"image": tmp_path}).remarks  # type: ignore[attr-defined]
    assert remarks == (f"image: 2 of {len(sample_files()) + 2} pictures cannot be used; broken.jpg cannot be read",)
    content, context = JigsawContent(True), StepContext(1, "x", "c", 0, {"image": tmp_path})
    made = [content(Sample(id="x", draft={"index": i}), context) for i in range(7)]
    reasons = {m.reason: m.detail for m in made if isinstance(m, Drop)}
    assert reasons.keys() == {"picture_too_small", "unreadable_picture"}
    assert reasons["picture_too_small"].startswith("tiny.png: 300x100, 256")
    for found in made:
        if isinstance(found, Sample):
            jigsaw = found.draft["jigsaw"]
            whole = load_photo(tmp_path / jigsaw.source, 1024)
            x0, y0, x1, y1 = jigsaw.crop
            again = cv2.resize(whole[y0:y1, x0:x1], jigsaw.whole.shape[1::-1], interpolation=cv2.INTER_AREA)
            assert (again == jigsaw.whole).all() and best_fit(list(jigsaw.pieces), jigsaw.grid).margin >= 0.1


def test_inputs_that_cannot_be_used_are_refused_before_any_work(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "tiny.png"), np.zeros((100, 300, 3), np.uint8))
    with pytest.raises(InputError, match=r"no picture .* can be used; tiny\.png is 300x100"):
        source(Params(), {"image": tmp_path})
    with pytest.raises(InputError, match="would not be used"):
        source(Params(tasks={"navigation": 1.0}), {"image": tmp_path})
    with pytest.raises(UsageError, match="parameter views"):
        mmrecipes.run("thinkmorph", out=tmp_path / "r", n=4, params={"views": {"spoken": 1.0}})
