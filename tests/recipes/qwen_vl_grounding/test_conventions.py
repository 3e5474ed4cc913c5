"""Claims about the ten conventions: numbers, spelling, and reading back. Oracles: formulas written down here and, where
the library is installed, the processors' own functions."""

from __future__ import annotations

import importlib
import inspect
import random
import re
from typing import Any

import pytest

from mmrecipes.core.boxes import iou
from mmrecipes.core.errors import PlanError
from mmrecipes.recipes.qwen_vl_grounding.conventions import (
    NAMES,
    Convention,
    Grounded,
    InlineForm,
    Kind,
    Unreadable,
    convention_named,
    smart_resize,
)

PIXELS = {"factor": 28, "min_pixels": 56 * 56, "max_pixels": 1280 * 28 * 28}
SIZES = [(640, 428), (1920, 1080), (333, 999), (4000, 3000), (57, 91)]
Box = tuple[float, float, float, float]


def named(name: str) -> Convention:
    return convention_named(name, **PIXELS)


ALL = [named(n) for n in NAMES]
WITH_BOXES = [c for c in ALL if "box" in c.form.kinds]


def random_boxes(size: tuple[int, int], count: int, seed: int = 0) -> list[Box]:
    """Random boxes, the full image, boxes of one pixel, boxes that touch each edge."""
    rng = random.Random(seed)
    w, h = size
    boxes: list[Box] = [(0, 0, w, h), (0, 0, 1, 1), (w - 1, h - 1, w, h), (0, h / 3, 1, h / 3 + 1), (0, 0, w, 1)]
    while len(boxes) < count:
        x0, x1 = sorted((rng.uniform(0, w), rng.uniform(0, w)))
        y0, y1 = sorted((rng.uniform(0, h), rng.uniform(0, h)))
        kind = rng.randrange(6)
        if kind == 0:
            x0 = 0.0
        elif kind == 1:
            y1 = float(h)
        elif kind == 2:
            x0, y0 = float(round(x0)), float(round(y0))
            x1, y1 = min(x0 + 1, w), min(y0 + 1, h)
        if x1 > x0 and y1 > y0:
            boxes.append((x0, y0, x1, y1))
    return boxes


BOUNDS = {  # largest error in parts of a side, or of the padded square's side, or in resized pixels
    "list_float": 0.5 / 1000, "qwen_vl": 0.5 / 1000, "qwen2_vl": 0.5 / 1000, "qwen3_vl": 0.5 / 1000,
    "kosmos2": 1 / 32, "shikra": 0.5 / 1000, "florence2": 0.5 / 1000, "paligemma": 0.5 / 1024,
}  # fmt: skip


@pytest.mark.parametrize("convention", WITH_BOXES, ids=lambda c: c.name)
def test_ten_thousand_boxes_come_back_within_the_bound_through_the_text(convention: Convention) -> None:
    for size in SIZES:
        for box in random_boxes(size, 2000):
            numbers = convention.encode(box, size)
            text = convention.form.write([Grounded("a thing", (numbers,))])
            if numbers[0] > numbers[2] or numbers[1] > numbers[3]:
                pytest.fail(f"{box} became reversed {numbers}")
            (mention,) = convention.read(text, "box", size)
            assert (mention.numbers, mention.phrase, mention.flags) == (numbers, "a thing", ())
            decoded = convention.decode(mention.numbers, size)
            own = convention.scale.bound(numbers, size)
            for i, (a, b) in enumerate(zip(decoded, box, strict=True)):
                if convention.name == "qwen25_vl":
                    frame = smart_resize(size, **PIXELS)
                    limit = size[i % 2] / frame[i % 2]
                    if b < size[i % 2] - limit:
                        limit /= 2
                else:
                    side = max(size) if convention.name == "shikra" else size[i % 2]
                    limit = BOUNDS[convention.name] * side
                assert abs(a - b) <= min(own[i], limit) + 1e-6


def test_points_come_back_within_the_bound_in_every_convention() -> None:
    rng = random.Random(1)
    for convention in ALL:
        for _ in range(500):
            size = rng.choice(SIZES)
            point = (rng.uniform(0, size[0]), rng.uniform(0, size[1]))
            numbers = convention.encode(point, size)
            (mention,) = convention.read(convention.form.write([Grounded("it", (numbers,))]), "point", size)
            decoded, bound = convention.decode(mention.numbers, size), convention.scale.bound(numbers, size)
            assert all(abs(a - b) <= e + 1e-6 for a, b, e in zip(decoded, point, bound, strict=True)), convention.name


def test_the_bounds_at_1920_pixels_are_those_of_the_table() -> None:
    size = (1920, 1080)
    assert named("qwen_vl").scale.bound((5, 5), size) == (0.96, 0.54)
    assert named("kosmos2").scale.bound((5, 5), size)[0] == 60


@pytest.mark.parametrize("name", ["qwen_vl", "florence2", "paligemma", "kosmos2"])
def test_every_legal_token_tuple_of_a_bin_convention_encodes_back_to_itself(name: str) -> None:
    convention, rng = named(name), random.Random(2)
    for _ in range(5000):
        size = rng.choice([*SIZES, (7, 5), (1001, 1)])
        top = convention.scale.limits(size)[0]
        x0, x1 = sorted(rng.sample(range(top + 1), 2))
        y0, y1 = sorted(rng.sample(range(top + 1), 2))
        numbers = (x0, y0, x1, y1)
        assert convention.encode(convention.decode(numbers, size), size) == numbers


def test_the_full_image_has_the_known_numbers() -> None:
    size, full = (640, 428), (0.0, 0.0, 640.0, 428.0)
    texts = {c.name: c.form.write([Grounded("all", (c.encode(full, size),))]) for c in WITH_BOXES}
    assert texts["qwen_vl"] == "<ref>all</ref><box>(0,0),(999,999)</box>"
    assert texts["qwen2_vl"].endswith("<|box_start|>(0,0),(1000,1000)<|box_end|>")
    assert texts["kosmos2"] == "<phrase>all</phrase><object><patch_index_0000><patch_index_1023></object>"
    assert texts["florence2"] == "all<loc_0><loc_0><loc_999><loc_999>"
    assert texts["paligemma"] == "<loc0000><loc0000><loc1023><loc1023> all"
    assert texts["list_float"] == "all<box>0.000,0.000,1.000,1.000</box>"
    assert texts["qwen3_vl"] == '[{"bbox_2d": [0, 0, 1000, 1000], "label": "all"}]'
    assert texts["qwen25_vl"] == '[{"bbox_2d": [0, 0, 643, 419], "label": "all"}]'
    assert texts["shikra"] == "all [0.000,0.166,1.000,0.834]"


def test_a_box_inside_one_cell_decodes_to_that_cell() -> None:
    convention, size = named("kosmos2"), (320, 640)
    numbers = convention.encode((41, 61, 49, 79), size)
    assert numbers == (4, 3, 4, 3)
    assert convention.decode(numbers, size) == (40, 60, 50, 80)


def test_only_the_absolute_convention_depends_on_the_size_of_the_image() -> None:
    size, large = (640, 428), (1920, 1284)
    for box in random_boxes(size, 300):
        scaled = tuple(3 * v for v in box)
        for convention in WITH_BOXES:
            same = convention.encode(box, size) == convention.encode(scaled, large)
            if convention.name == "shikra":  # whole pixels of padding: (640-428)//2*3 is exact here
                assert same
            elif convention.name != "qwen25_vl":
                assert same, convention.name
    assert named("qwen25_vl").encode((100, 100, 400, 300), size) != named("qwen25_vl").encode(
        (300, 300, 1200, 900), large
    )


def test_shikra_shifts_by_the_padding_of_a_non_square_image() -> None:
    assert named("shikra").encode((0, 0, 100, 50), (100, 50)) == (0, 250, 1000, 750)
    assert named("shikra").encode((0, 0, 50, 100), (50, 100)) == (250, 0, 750, 1000)
    assert named("shikra").scale.frame((100, 51)) == (100, 100)
    assert named("shikra").encode((0, 0, 100, 51), (100, 51)) == (0, 240, 1000, 750)


def test_paligemma_writes_y_before_x_and_the_tagged_forms_x_before_y() -> None:
    box, size = (100.0, 300.0, 200.0, 400.0), (1000, 1000)
    assert named("paligemma").form.write([Grounded("kettle", (named("paligemma").encode(box, size),))]) == (
        "<loc0307><loc0102><loc0409><loc0204> kettle"
    )
    swapped = "<loc0102><loc0307><loc0204><loc0409> kettle"
    (mention,) = named("paligemma").read(swapped, "box", size)
    decoded = named("paligemma").decode(mention.numbers, size)
    assert iou((decoded[0], decoded[1], decoded[2], decoded[3]), box) == 0
    assert named("qwen_vl").encode(box, size) == (100, 300, 200, 400)


def test_width_is_never_taken_for_height() -> None:
    for convention in WITH_BOXES:
        decoded = convention.decode(convention.encode((10, 700, 90, 780), (100, 800)), (100, 800))
        assert abs(decoded[0] - 10) < 30
        assert abs(decoded[3] - 780) < 30


@pytest.mark.parametrize(("size", "expected"), [((640, 428), (644, 420)), ((1920, 1080), (1316, 728))])
def test_known_sizes_of_the_resize(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert smart_resize(size, **PIXELS) == expected
    assert smart_resize((1920, 1080), 28, 3136, 16384 * 28 * 28) == (1932, 1092)


def _first_of(*modules: str) -> Any:
    """Whichever of the processor's modules this version of transformers has and can import."""
    for module in modules:
        try:
            return importlib.import_module(f"transformers.models.qwen2_vl.{module}")
        except ImportError:
            continue
    return pytest.skip("transformers with Qwen2-VL is not installed")


@pytest.mark.slow
def test_the_resize_is_that_of_transformers() -> None:
    module = _first_of("image_processing_pil_qwen2_vl", "image_processing_qwen2_vl")
    rng = random.Random(3)
    for _ in range(3000):
        size = (rng.randint(30, 5000), rng.randint(30, 5000))
        factor = rng.choice([28, 32])
        low, high = rng.choice([(3136, 1003520), (3136, 12845056), (200704, 1003520)])
        theirs = module.smart_resize(size[1], size[0], factor, low, high)
        assert smart_resize(size, factor, low, high) == (theirs[1], theirs[0])
    with pytest.raises(ValueError, match="above 200"):
        smart_resize((6000, 20), 28, 3136, 1003520)


@pytest.mark.slow
def test_kosmos_cells_and_text_are_those_of_transformers() -> None:
    module = pytest.importorskip("transformers.models.kosmos2.processing_kosmos2")
    convention, size = named("kosmos2"), (640, 428)
    for box in random_boxes(size, 2000, seed=4):
        numbers = convention.encode(box, size)
        unit = (box[0] / 640, box[1] / 428, box[2] / 640, box[3] / 428)
        theirs = module.coordinate_to_patch_index(unit, 32)
        assert tuple(convention.form.spelled(numbers)) == theirs
        back = module.patch_index_to_coordinate(*theirs, 32)
        ours = convention.decode(numbers, size)
        assert all(abs(a - b * size[i % 2]) < 1e-9 for i, (a, b) in enumerate(zip(ours, back, strict=True)))
    assert isinstance(convention.form, InlineForm)
    item = Grounded("two cups", ((1, 2, 9, 9), (3, 4, 8, 8)))
    text = "two cups".join(convention.form.around(item))
    plain, entities = module.clean_text_and_extract_entities_with_bboxes(f"There are {text} here.")
    assert plain == "There are two cups here."
    assert [(name, len(boxes)) for name, _, boxes in entities] == [("two cups", 2)]


@pytest.mark.slow
def test_florence_bins_are_those_of_transformers() -> None:
    torch = pytest.importorskip("torch")
    module = importlib.import_module("transformers.models.florence2.processing_florence2")
    processor = next(
        c for n, c in inspect.getmembers(module, inspect.isclass) if n.endswith("PostProcessor")
    )  # fmt: skip
    bare = processor.__new__(processor)
    bare.quantize_bins = (1000, 1000)
    convention, size = named("florence2"), (640, 428)
    boxes = random_boxes(size, 500, seed=5)
    theirs = bare.quantize(torch.tensor(boxes, dtype=torch.float64), size).tolist()
    assert [list(convention.encode(b, size)) for b in boxes] == [[int(v) for v in row] for row in theirs]
    back = bare.dequantize(torch.tensor(theirs), size).tolist()
    for row, numbers in zip(back, theirs, strict=True):
        ours = convention.decode(tuple(int(v) for v in numbers), size)
        assert all(abs(a - b) <= 1 for a, b in zip(ours, row, strict=True))


def test_qwen_vl_text_is_read_by_the_pattern_of_its_evaluation() -> None:
    text = named("qwen_vl").form.write([Grounded("the dog", ((12, 34, 56, 78),))])
    found = re.findall(r"\((.*?)\)", re.search(r"<box>(.*?)</box>", text)[1])  # type: ignore[index]
    assert [tuple(map(int, pair.split(","))) for pair in found] == [(12, 34), (56, 78)]


def test_shikra_text_is_read_by_a_pattern_of_its_published_form() -> None:
    text = named("shikra").form.write([Grounded("dogs", ((1, 2, 30, 400), (0, 0, 1000, 1000)))])
    number = r"\d(?:\.\d*)?"
    box = rf"{number}(?:,{number}){{3}}"
    assert re.fullmatch(rf"dogs \[{box}(?:;{box})*\]", text)


TWO: dict[Kind, list[Grounded]] = {
    "box": [Grounded("a cat", ((10, 20, 30, 31), (5, 6, 7, 8))), Grounded("ein Café", ((1, 2, 3, 4),))],
    "point": [Grounded("a cat", ((10, 20), (5, 6))), Grounded("ein Café", ((1, 2),))],
}


@pytest.mark.parametrize("convention", ALL, ids=lambda c: c.name)
@pytest.mark.parametrize(
    "around", ["{}", "  {}\n", "```json\n{}\n```", "```\n{}\n```", "Sure, here you are:\n{}", "{}\nHope this helps!"]
)
def test_blanks_fences_and_prose_around_the_block_do_not_matter(convention: Convention, around: str) -> None:
    kind = convention.spellable("box")
    text = around.replace("{}", convention.form.write(TWO[kind]))
    mentions = convention.read(text, kind, (640, 428))
    assert [(m.phrase, m.numbers) for m in mentions] == [
        (item.phrase, place) for item in TWO[kind] for place in item.places
    ]
    assert not any(m.flags for m in mentions)


FLOATS = {
    "qwen_vl": "<ref>a</ref> <box> ( 10.2 , 20 ) , (30,40.7) </box>",
    "qwen2_vl": "<|object_ref_start|>a<|object_ref_end|><|box_start|>(10.2, 20), (30, 40.7)<|box_end|>",
    "qwen25_vl": '{"bbox_2d": [10.2, 20, 30, 40.7], "label": "a"}',
    "qwen3_vl": '[{"label": "a", "bbox_2d": [10.2, 20.0, 30, 40.7]}] done',
    "florence2": "a<loc_10.2><loc_20><loc_30><loc_40.7>",
    "list_float": "a <box>0.0102, 0.02, 0.03, 0.0407</box>",
    "shikra": "a [0.0102, 0.02, 0.03, 0.0407]",
}


@pytest.mark.parametrize("name", FLOATS)
def test_floats_are_rounded_and_flagged(name: str) -> None:
    (mention,) = named(name).read(FLOATS[name], "box", (640, 428))
    assert mention.numbers == (10, 20, 30, 41)
    assert mention.flags == ("float",)


@pytest.mark.parametrize("convention", WITH_BOXES, ids=lambda c: c.name)
def test_reversed_corners_are_repaired_and_flagged(convention: Convention) -> None:
    text = convention.form.write([Grounded("a", ((30, 31, 10, 20),))])
    (mention,) = convention.read(text, "box", (640, 428))
    assert (mention.numbers, mention.flags) == ((10, 20, 30, 31), ("reversed",))


MISSING = {
    "list_float": ["a 0.1,0.2,0.3,0.4", "a<box>0.1,0.2,0.3,0.4", "a 0.1,0.2,0.3,0.4</box>", ""],
    "qwen_vl": ["<ref>a</ref>(1,2),(3,4)", "<ref>a</ref><box>(1,2),(3,4)", "a (1,2),(3,4)</box>", "<box>1,2,3,4</box>"],
    "qwen2_vl": ["(1,2),(3,4)", "<|box_start|>(1,2),(3,4)"],
    "qwen25_vl": ["[1, 2, 3, 4]", '[{"bbox_2d": [1, 2, 3, 4], "label": "a"', '[{"box": [1, 2, 3, 4]}]', "[]"],
    "qwen3_vl": ['[{"bbox_2d": [1, 2, 3], "label": "a"}]', '[{"bbox_2d": "1 2 3 4"}]', "nothing"],
    "kosmos2": ["<phrase>a</phrase><patch_index_0001><patch_index_0002>", "<phrase>a</phrase>", "a"],
    "shikra": ["a 0.1,0.2,0.3,0.4", "a [0.1,0.2,0.3,0.4", "a"],
    "florence2": ["a<loc_1><loc_2><loc_3>", "a 1 2 3 4", "a<loc_1><loc_2><loc_3><loc_"],
    "paligemma": ["<loc0001><loc0002><loc0003> a", "a", "<loc0001><loc0002><loc0003><loc a"],
    "molmo_point": ['x="1" y="2"', '<point x="1" y="2" alt="a">a', '<point x="one" y="2" alt="a">a</point>', "a"],
}


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, texts in MISSING.items() for t in texts])
def test_a_missing_or_unclosed_tag_is_rejected(name: str, text: str) -> None:
    convention = named(name)
    with pytest.raises(Unreadable) as e:
        convention.read(text, convention.spellable("box"), (640, 428))
    assert e.value.reason in ("missing_tag", "malformed", "wrong_kind")


OUTSIDE = {
    "list_float": "a<box>0.1,0.2,1.3,0.4</box>", "qwen_vl": "<ref>a</ref><box>(1,2),(3,1000)</box>",
    "qwen2_vl": "<|box_start|>(1,2),(3,1001)<|box_end|>", "qwen25_vl": '[{"bbox_2d": [1, 2, 644, 4], "label": "a"}]',
    "qwen3_vl": '[{"bbox_2d": [-1, 2, 3, 4], "label": "a"}]', "shikra": "a [0.1,0.2,412,0.4]",
    "kosmos2": "<phrase>a</phrase><object><patch_index_0001><patch_index_1024></object>",
    "florence2": "a<loc_1><loc_2><loc_3><loc_1000>", "paligemma": "<loc0001><loc0002><loc0003><loc1024> a",
    "molmo_point": '<point x="100.1" y="5" alt="a">a</point>',
}  # fmt: skip


@pytest.mark.parametrize("name", OUTSIDE)
def test_numbers_outside_the_range_are_rejected(name: str) -> None:
    convention = named(name)
    with pytest.raises(Unreadable) as e:
        convention.read(OUTSIDE[name], convention.spellable("box"), (640, 428))
    assert e.value.reason == "out_of_range"


@pytest.mark.parametrize("convention", [c for c in ALL if isinstance(c.form, InlineForm)], ids=lambda c: c.name)
def test_markers_in_a_caption_strip_back_to_the_original(convention: Convention) -> None:
    kind = convention.spellable("box")
    place = (1, 2, 3, 4)[: 4 if kind == "box" else 2]
    assert isinstance(convention.form, InlineForm)
    before, after = convention.form.around(Grounded("café ☕", (place, place)))
    text = f"Ein {before}café ☕{after}, neben\n{before}café ☕{after} und [x] (1,2) 咖啡 "
    reading = convention.form.read_caption(text, kind, convention.scale.limits((640, 428)))
    assert reading.plain == "Ein café ☕, neben\ncafé ☕ und [x] (1,2) 咖啡 "
    assert [(reading.plain[:end][-6:], m.numbers) for end, m in reading.mentions] == [("café ☕", place)] * 4


def test_quads_are_written_by_the_conventions_that_have_them_and_become_boxes_elsewhere() -> None:
    quad = (10, 20, 200, 30, 198, 60, 8, 50)
    for name in ("qwen_vl", "qwen2_vl", "florence2"):
        convention = named(name)
        numbers = convention.encode(tuple(map(float, quad)), (640, 428))
        (mention,) = convention.read(convention.form.write([Grounded("EXIT", (numbers,))]), "quad", (640, 428))
        assert (mention.phrase, mention.numbers) == ("EXIT", numbers)
    assert {c.name: c.spellable("quad") for c in ALL if "quad" not in c.form.kinds} == {
        "list_float": "box", "qwen25_vl": "box", "qwen3_vl": "box", "kosmos2": "box", "shikra": "box",
        "paligemma": "box", "molmo_point": "point",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("qwen25_vl", {}, "set factor, min_pixels and max_pixels"),
        ("qwen25_vl", {"factor": 28, "min_pixels": 3136}, "set factor, min_pixels and max_pixels"),
        ("qwen25_vl", {"factor": 28, "min_pixels": 10, "max_pixels": 5}, "0 < min <= max"),
        ("qwen25_vl", {"factor": 0, "min_pixels": 10, "max_pixels": 50}, "0 < min <= max"),
        ("qwen4_vl", {}, "unknown convention 'qwen4_vl'; known are list_float, qwen_vl"),
    ],
)
def test_an_unknown_or_underdetermined_convention_is_refused(name: str, values: dict[str, Any], says: str) -> None:
    with pytest.raises(PlanError, match=says):
        convention_named(name, **values)
