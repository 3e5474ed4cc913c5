"""Pictures: ink along every stroke and only there, labels apart and inside, nothing shown that is not allowed."""

import math
import random
from itertools import combinations

import cv2
import numpy as np
import pytest

from mmrecipes.geometry.drawing.draw import Picture, draw
from mmrecipes.geometry.drawing.layout import Ground
from mmrecipes.geometry.drawing.marks import marks
from mmrecipes.geometry.drawing.styles import STYLES
from mmrecipes.geometry.facts import fact
from mmrecipes.geometry.figure import Degenerate, Figure
from mmrecipes.geometry.operations.lines import draw_angle_bisector, draw_median
from mmrecipes.geometry.properties import properties
from mmrecipes.geometry.substrates import lay_substrate


@pytest.fixture(scope="module")
def pictures(figures: list[Figure]) -> list[tuple[Figure, Picture]]:
    out = []
    for i, figure in enumerate(figures[:25]):
        try:
            out.append((figure, draw(figure, random.Random(i), list(STYLES)[i // 5])))
        except Degenerate:
            continue
    assert len(out) >= 24
    return out


def ink(picture: Picture) -> np.ndarray:
    """How far each pixel is from the ground's colour."""
    ground = np.median(picture.pixels[:8].reshape(-1, 3), axis=0).astype(np.int16)
    return np.abs(picture.pixels.astype(np.int16) - ground).max(axis=2)


def test_every_stroke_and_circle_has_ink_along_it(pictures: list[tuple[Figure, Picture]]):
    for figure, picture in pictures:
        dark = ink(picture) > 40
        near = cv2.dilate(dark.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        for a, b in figure.segments():
            (ax, ay), (bx, by) = picture.points[a], picture.points[b]
            for t in np.linspace(0.02, 0.98, 20):
                assert near[round(ay + t * (by - ay)), round(ax + t * (bx - ax))], (a, b, picture.style)
        for o, circle in figure.circles.items():
            (x, y), p = picture.points[o], picture.points[circle.on[0]]
            r = math.dist((x, y), p)
            for t in np.linspace(0, 2 * math.pi, 40):
                assert near[round(y + r * math.sin(t)), round(x + r * math.cos(t))], (o, picture.style)


def test_there_is_no_ink_away_from_strokes_marks_and_labels(pictures: list[tuple[Figure, Picture]]):
    """A stroke too many would leave ink farther than a tick from every stroke and than an arc from every point."""
    for figure, picture in pictures:
        allowed = np.zeros(picture.pixels.shape[:2], np.uint8)
        at = {n: tuple(round(v) for v in p) for n, p in picture.points.items()}
        for a, b in figure.segments():
            cv2.line(allowed, at[a], at[b], 1, 20)
        for o, circle in figure.circles.items():
            cv2.circle(allowed, at[o], round(math.dist(picture.points[o], picture.points[circle.on[0]])), 1, 9)
        for p in at.values():
            cv2.circle(allowed, p, 46, 1, -1)
        for p, q in picture.dimensions.values():
            cv2.line(allowed, [round(v) for v in p], [round(v) for v in q], 1, 16)
        for label in picture.labels:
            left, top, right, bottom = (round(v) for v in label.box)
            allowed[top - 4 : bottom + 4, left - 4 : right + 4] = 1
        assert not (ink(picture) > 60)[allowed == 0].any(), picture.style


def test_labels_are_apart_inside_and_over_no_stroke(pictures: list[tuple[Figure, Picture]]):
    for figure, picture in pictures:
        height, width = picture.pixels.shape[:2]
        names = [label.text for label in picture.labels if label.fact is None]
        assert sorted(names) == sorted(figure.points)
        for label in picture.labels:
            left, top, right, bottom = label.box
            assert 0 < left < right < width and 0 < top < bottom < height
        for first, second in combinations(picture.labels, 2):
            a, b = first.box, second.box
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (first, second)
        for label in picture.labels:
            for a, b in figure.segments():
                p, q = (tuple(round(v) for v in picture.points[n]) for n in (a, b))
                x, y, right, bottom = (round(v) for v in label.box)
                crossed, *_ = cv2.clipLine((x, y, right - x, bottom - y), p, q)
                assert not crossed, (label, a, b)


def test_a_place_that_a_label_has_taken_is_not_given_again_and_none_left_is_a_rejection():
    bare = np.zeros((100, 100), bool)
    bare[:, 80] = True
    ground = Ground(bare)
    centres = [(30.0, 30.0), (34.0, 30.0), (30.0, 60.0), (78.0, 30.0), (2.0, 2.0)]
    assert ground.place("A", (20, 10), centres) == (20, 25, 40, 35)
    assert ground.place("B", (20, 10), centres) == (20, 55, 40, 65)
    with pytest.raises(Degenerate, match="C has no free place"):
        ground.place("C", (20, 10), centres)


def test_a_name_stands_nearest_to_its_own_point(pictures: list[tuple[Figure, Picture]]):
    for _, picture in pictures:
        for label in picture.labels:
            if label.fact is None:
                left, top, right, bottom = label.box
                middle = ((left + right) / 2, (top + bottom) / 2)
                nearest = min(picture.points, key=lambda n: math.dist(picture.points[n], middle))
                assert nearest == label.text or math.dist(picture.points[label.text], middle) < 45


def test_only_what_the_caller_allows_is_shown_as_a_number(figures: list[Figure]):
    for i, figure in enumerate(figures[:12]):
        asked = next(f for f in figure.givens() if f.value is not None)
        allowed = [f for f in figure.givens() if f != asked]
        picture = draw(figure, random.Random(i), shown=allowed)
        assert asked not in picture.shown and set(picture.shown) <= set(allowed)
        bare = draw(figure, random.Random(i), shown=[])
        assert bare.shown == [] and all(label.text in figure.points for label in bare.labels)


def test_a_shown_length_stands_beside_its_segment_and_an_angle_within_its_arms(
    pictures: list[tuple[Figure, Picture]],
):
    for figure, picture in pictures:
        for label in picture.labels:
            if label.fact is None or label.fact.kind == "radius":
                continue
            left, top, right, bottom = label.box
            middle = np.array([(left + right) / 2, (top + bottom) / 2])
            at = [np.array(picture.points[n]) for n in label.fact.args]
            if label.fact.kind == "len":
                along = (at[1] - at[0]) / np.linalg.norm(at[1] - at[0])
                normal = np.array([-along[1], along[0]])
                across = abs((middle - at[0]) @ normal)
                half = np.abs(normal) @ [right - left, bottom - top] / 2
                assert 0 < across - half < 32 and 0.2 < (middle - at[0]) @ along / np.linalg.norm(at[1] - at[0]) < 0.8
                assert label.text == str(figure.length(*label.fact.args))
                bare = {*label.fact.args} in [{*piece} for piece in figure.segments()]
                assert bare != (label.fact in picture.dimensions) and (not bare or across - half < 20)
            else:
                a, v, c = (complex(*p) for p in at)
                m = complex(*middle)
                parts = [abs(np.angle((x - v) / (y - v))) for x, y in ((a, m), (m, c), (a, c))]
                assert parts[0] + parts[1] == pytest.approx(parts[2], abs=1e-6)


def test_a_dimension_line_is_as_long_as_its_segment_parallel_to_it_and_has_ink(
    pictures: list[tuple[Figure, Picture]],
):
    seen = 0
    for _, picture in pictures:
        near = cv2.dilate((ink(picture) > 30).astype(np.uint8), np.ones((3, 3), np.uint8))
        for known, (p, q) in picture.dimensions.items():
            a, b = (picture.points[n] for n in known.args)
            assert (q[0] - p[0], q[1] - p[1]) == pytest.approx((b[0] - a[0], b[1] - a[1]))
            length, box = math.dist(p, q), next(label.box for label in picture.labels if label.fact == known)
            reach = length / 2 - math.dist(box[:2], box[2:]) / 2 - 6
            for t in np.linspace(0, max(0.0, reach), 8) / length:
                assert near[round(p[1] + t * (q[1] - p[1])), round(p[0] + t * (q[0] - p[0]))], known
            seen += 1
    assert seen >= 3


def test_points_keep_the_figures_shape(pictures: list[tuple[Figure, Picture]]):
    for figure, picture in pictures:
        a, b = list(figure.points)[:2]
        scale = math.dist(picture.points[a], picture.points[b]) / math.dist(figure[a].floats, figure[b].floats)
        for p, q in combinations(figure.points, 2):
            drawn = math.dist(picture.points[p], picture.points[q])
            assert drawn == pytest.approx(scale * math.dist(figure[p].floats, figure[q].floats), rel=1e-9)


def test_the_same_seed_gives_the_same_bytes(figures: list[Figure]):
    for style in STYLES:
        one, two = (draw(figures[7], random.Random(1), style, width=240, height=240) for _ in range(2))
        assert (one.pixels == two.pixels).all() and one.labels == two.labels
    assert draw(figures[7], random.Random(2), style).points != one.points


def test_marks_say_only_what_is_stated():
    figure = draw_median(lay_substrate("isosceles_triangle", {"base": 6, "leg": 5}), "C", "A", "B")
    said = marks(figure, figure.givens())
    assert {frozenset(t) for t in said.ticks} == {
        frozenset({("A", "C"), ("B", "C")}),
        frozenset({("A", "D"), ("B", "D")}),
    }
    assert said.rights == [] and fact("perp", "A", "B", "C", "D") in properties(figure).relations
    figure = draw_angle_bisector(lay_substrate("right_triangle", {"ab": 3, "ca": 4}), "B", "A", "C")
    said = marks(figure, figure.givens())
    assert said.rights == [("B", "A", "C")] and said.arcs == [{("A", "B", "D"), ("C", "B", "D")}] and not said.ticks


def test_an_unknown_style_is_refused(figures: list[Figure]):
    with pytest.raises(KeyError):
        draw(figures[0], random.Random(1), "crayon")
