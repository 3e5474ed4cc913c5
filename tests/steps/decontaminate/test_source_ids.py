from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.steps.decontaminate.items import kind_of
from mmrecipes.steps.decontaminate.source_ids import ids_in_fields, ids_in_path
from mmrecipes_tests.steps.decontaminate.making import benchmark, chat, check, noise


@pytest.mark.parametrize(
    "path",
    [
        "train2017/000000262148.jpg",
        "coco/train2017/000000262148.jpg",
        "COCO_val2014_000000262148.jpg",
        "val2014/COCO_val2014_000000262148.jpg",
        "http://images.cocodataset.org/val2017/000000262148.jpg?width=640&x=1",
        "C:\\data\\train2014\\COCO_train2014_000000262148.jpg",
        "000000262148.jpg",
    ],
)
def test_all_spellings_of_a_coco_picture_meet(path):
    assert set(ids_in_path(path)) == {"coco:262148"}


def test_a_field_that_names_the_coco_id_meets_them():
    assert set(ids_in_fields({"meta": {"image": {"coco_id": 262148}}})) == {"coco:262148"}
    assert set(ids_in_fields({"coco_id": "262148"})) == {"coco:262148"}


@pytest.mark.parametrize(
    "text",
    ["ocr_262148_page.png", "docs/1262148.jpg", "262148", "what is 262148?", "sa_262148.jpg", "2000000262148.jpg",
     "train2017_features/262148.npy", "images/262148-2.jpg"],
)  # fmt: skip
def test_the_number_inside_an_unrelated_name_does_not_meet(text):
    assert set(ids_in_path(text)) == set()


def test_other_pools_are_told_apart():
    assert set(ids_in_path("vg/VG_100K_2/2345.jpg")) == {"vg:2345"}
    assert set(ids_in_path("gqa/images/2345.jpg")) == {"vg:2345"}
    assert set(ids_in_path("flickr30k-images/1000092795.jpg")) == {"flickr:1000092795"}
    assert set(ids_in_path("https://farm3.staticflickr.com/2/3456789012_abcdef0123_z.jpg")) == {"flickr:3456789012"}


@given(st.integers(1, 999_999_999_999))
def test_any_number_survives_the_spellings(number):
    spelt = (f"val2017/{number:012d}.jpg", f"COCO_train2014_{number:012d}.jpg")
    assert {found for path in spelt for found in ids_in_path(path)} == {f"coco:{number}"}


def test_a_training_row_meets_a_benchmark_by_id_though_pixels_and_split_differ():
    vqa = benchmark("VQAv2", chat("1", "What is it?", "a cat", noise(1), meta={"image_id": 262148}))
    hit = check(chat("t", "Describe.", "x", noise(2), meta={"image": "coco/train2017/000000262148.jpg"}), vqa)
    assert hit.action == "remove_sample" and hit.tier == "image_exact" and hit.evidence[0].value == "coco:262148"
    assert (
        check(chat("t", "Describe.", "x", noise(2), meta={"image": "train2017/000000262149.jpg"}), vqa).action == "keep"
    )


def test_bare_numbers_are_ids_only_of_benchmarks_that_are_known_to_keep_them_so():
    row = chat("1", "What is it?", "a cat", noise(1), meta={"image_id": 262148})
    assert benchmark("VQAv2", row).registry.source_ids == {"coco:262148": [0]}
    assert benchmark("own", row).registry.source_ids == {}
    assert benchmark("GQA", row).registry.source_ids == {"vg:262148": [0]}


def test_the_longest_known_beginning_of_a_name_counts():
    assert kind_of("RefCOCO+ testA").image_alone and kind_of("refcocog").text == "expression"
    assert kind_of("LLaVA-Bench (COCO)").pool == "coco" and kind_of("LLaVA-Bench in the wild").pool == ""
    assert kind_of("COCO Captions").text == "caption" and kind_of("something else").text == "question"
