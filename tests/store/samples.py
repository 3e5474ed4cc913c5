"""Random samples for the store's and the exporters' tests."""

from __future__ import annotations

import functools
import io
import random

from hypothesis import strategies as st
from PIL import Image as Pil

from mmrecipes.core.image import Image, image_from_bytes
from mmrecipes.core.sample import Alternative, Extra, Message, Part, Region, Sample

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@functools.cache
def picture(number: int, size: tuple[int, int] = (13, 7), form: str = "PNG") -> Image:
    """A small noisy picture, another for every number."""
    out = io.BytesIO()
    pixels = random.Random(number).randbytes(size[0] * size[1] * 3)
    Pil.frombytes("RGB", size, pixels).save(out, form)
    return image_from_bytes(out.getvalue())


@st.composite
def parts(draw: st.DrawFn, images: list[Image]) -> tuple[Part, ...]:
    text = TEXT.map(lambda t: Part(text=t))
    choices = text | st.sampled_from(images).map(lambda im: Part(image=im.sha256)) if images else text
    return tuple(draw(st.lists(choices, min_size=1, max_size=4)))


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Any sample the store must keep: 0-6 images, 1-5 turns, extras, alternatives, regions on borders."""
    forms = st.sampled_from(("PNG", "JPEG", "WEBP"))
    images = [picture(draw(st.integers(0, 40)), form=draw(forms)) for _ in range(draw(st.integers(0, 6)))]
    roles = st.sampled_from(("system", "user", "assistant", "tool"))
    message = st.builds(Message, roles, parts(images))
    messages = draw(st.lists(message, min_size=1, max_size=5))
    alternatives = draw(st.lists(st.builds(Alternative, TEXT, st.lists(message, max_size=2).map(tuple)), max_size=2))
    extras = [Extra(f"mask {i}", picture(100 + i, form=draw(forms))) for i in range(draw(st.integers(0, 2)))]
    edge = st.sampled_from((0.0, 13.0, 7.0, 0.5)) | st.floats(-10, 1e4, width=32)
    point = st.tuples(edge, edge)
    refs = [im.sha256 for im in (*images, *(e.image for e in extras))]
    quad = st.tuples(point, point, point, point)
    region = st.builds(Region, st.sampled_from(refs), TEXT, quad, TEXT) if refs else st.nothing()
    shown = [p.image for m in messages for p in m.parts if p.image]
    by_hash = {im.sha256: im for im in images}
    ordered = dict.fromkeys([*shown, *by_hash])
    return Sample(
        id=draw(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)),
        kind=draw(st.sampled_from(("chat", "document", "record"))),
        subset=draw(st.sampled_from(("table", "chart-2", "default"))),
        split=draw(st.sampled_from(("train", "test"))),
        group=draw(TEXT),
        task=draw(TEXT),
        language=draw(TEXT),
        source=draw(TEXT),
        licence=draw(TEXT),
        truth_source=draw(st.sampled_from(("engine", "annotated", "consensus", "model"))),
        difficulty=draw(st.integers(0, 10)),
        stand_in=draw(st.booleans()),
        images=tuple(by_hash[h] for h in ordered),
        messages=tuple(messages),
        alternatives=tuple(alternatives),
        extras=tuple(extras),
        regions=tuple(draw(st.lists(region, max_size=3))) if refs else (),
        truth=draw(st.dictionaries(TEXT, JSON, max_size=3)),
        scores=draw(st.dictionaries(TEXT, JSON, max_size=2)),
        meta=draw(st.dictionaries(TEXT, JSON, max_size=2)),
        parents=tuple(draw(st.lists(TEXT, max_size=2))),
    )
