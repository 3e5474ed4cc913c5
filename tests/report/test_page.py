"""The report of real runs: parsed as HTML, opened in a browser, compared with the dataset."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pil

import mmrecipes
from mmrecipes.flow.ledger import dropped_samples, step_counts
from mmrecipes.report.page import environment

RECIPE = Path(__file__).with_name("odd_recipe.py")
HOSTILE = re.search(r"HOSTILE = '(.*)'", RECIPE.read_text())[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
VOID = {"meta", "link", "input", "img", "br"}


class Page(HTMLParser):
    """Elements with their attributes, text outside script and style, and a check that tags nest."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html.replace("<wbr>", ""))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("script", "style"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str, name: str = "") -> list[dict[str, str | None]]:
        return [a for t, a in self.elements if t == tag and name in ["", *(a.get("class") or "").split()]]


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> mmrecipes.Run:
    return mmrecipes.run(RECIPE, out=tmp_path_factory.mktemp("odd") / "run", n=30)


@pytest.fixture(scope="module")
def html(done) -> str:
    return done.report.read_text(encoding="utf-8")


def test_tags_nest_and_every_sample_has_its_card(html, done):
    page = Page(html)
    ids = {a["data-id"] for a in page.all("article")}
    assert {s.id for s in done.samples()} <= ids
    assert f"{len(list(done.samples()))} of 30" in page.text


def test_hostile_text_stands_on_the_page_as_text(html):
    page = Page(html)
    assert len(page.all("script")) == 1
    assert HOSTILE in " ".join(page.words)
    assert not [a for _, attributes in page.elements for a in attributes if a.startswith("on")]
    assert html.count("</script>") == 1


def test_nothing_is_loaded_from_anywhere(html):
    page = Page(html)
    for tag, attributes in page.elements:
        for name in ("src", "href", "srcset", "action", "poster", "data", "xlink:href"):
            value = attributes.get(name)
            assert value is None or value.startswith(("data:", "#")), (tag, name, value)
    style = re.search(r"<style>(.*?)</style>", html, re.S)[1]
    assert "url(" not in style and "@import" not in style
    (policy,) = [a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'sha256-" in policy


def test_the_numbers_are_those_of_the_dataset_and_the_ledger(html, done):
    text = Page(html).text
    samples = list(done.samples())
    for label, count in {
        "samples": len(samples),
        "rows in": step_counts(done.folder)[0].came_in,
        "errors": 1,
        "images": len({im.sha256 for s in samples for im in s.images}),
        "turns": sum(len(s.messages) for s in samples),
        "regions": sum(len(s.regions) for s in samples),
    }.items():
        assert re.search(rf"\b{label} {count}\b", text), (label, count)
    dropped = sum(s.reasons.get("every_third", 0) for s in step_counts(done.folder))
    assert re.search(rf"\bdropped {dropped}\b", text) and f"every_third {dropped}" in text
    for value, count in Counter(s.meta["shape"] for s in samples).items():
        assert f"{value} {count} {round(100 * count / 30)} %" in text
    assert "nonce" not in re.findall(r"<h3>([^<]*)</h3>", html)


def test_a_property_that_dropped_samples_had_too_is_shown_before_and_after(html, done):
    text = Page(html).text
    kept = Counter(s.subset for s in done.samples())
    came = kept + Counter(d.sample.subset for d in dropped_samples(done.folder, 1000) if d.path != "seal")
    assert came["boxes"] > kept["boxes"]
    for value, count in kept.items():
        after, before = round(100 * count / kept.total()), round(100 * came[value] / came.total())
        assert f"{value} {count} of {came[value]} {after} % {before} %" in text


def test_drops_have_examples_with_their_details_and_errors_their_traces(html):
    text = Page(html).text
    assert "index 2 <script>" in text
    assert "ValueError" in text and "Traceback" in text


def test_regions_lie_over_the_picture_in_its_own_coordinates(html):
    page = Page(html)
    assert {a["viewbox"] for a in page.all("svg", "overlay")} == {"0 0 240 160"}
    assert {a["points"] for a in page.all("polygon")} == {"40.0,30.0 120.0,30.0 120.0,90.0 40.0,90.0"}


def test_an_empty_run_has_a_page_that_says_so(tmp_path):
    done = mmrecipes.run(RECIPE, out=tmp_path / "run", n=1, params={"keep": False})
    assert done.short
    text = Page(done.report.read_text(encoding="utf-8")).text
    assert "holds no samples" in text and "nothing_kept" in text and "short: 0 of 1" in text


def browser(*words: str, size: tuple[int, int] = (1400, 1200)) -> subprocess.CompletedProcess[str]:
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr"]
    command = [str(CHROMIUM), *options, f"--window-size={size[0]},{size[1]}", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)


needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt install chromium")


@needs_browser
@pytest.mark.parametrize("size", [(1400, 1200), (500, 1200)])
def test_in_a_browser_the_picture_is_not_blank_and_the_console_is_silent(done, tmp_path, size):
    shot = tmp_path / "shot.png"
    said = browser(f"--screenshot={shot}", done.report.as_uri(), size=size).stderr
    assert "CONSOLE" not in said, said
    pixels = np.asarray(Pil.open(shot).convert("RGB"))
    assert pixels.shape[:2] == (size[1], size[0])
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 100


@needs_browser
def test_in_a_browser_the_regions_are_drawn_and_can_be_switched_off(done, tmp_path):
    def red_pixels(html: str) -> int:
        (tmp_path / "page.html").write_text(html, encoding="utf-8")
        browser(f"--screenshot={tmp_path / 'shot.png'}", (tmp_path / "page.html").as_uri())
        red, green, blue = np.moveaxis(np.asarray(Pil.open(tmp_path / "shot.png").convert("RGB")).astype(int), 2, 0)
        return int(((red > 180) & (green < 140) & (blue < 140)).sum())

    html = done.report.read_text(encoding="utf-8")
    switch = 'id="regions" checked'
    assert html.count(switch) == 1
    assert red_pixels(html) > red_pixels(html.replace(switch, 'id="regions"')) + 500


@needs_browser
def test_in_a_browser_the_script_runs_and_a_link_to_a_sample_opens_it(done):
    sample = next(s for s in done.samples() if s.images)
    dom = browser("--dump-dom", f"{done.report.as_uri()}#{sample.id.replace('/', '%2F')}").stdout
    assert re.search(r'<html[^>]*class="js"', dom)
    assert re.search(rf'<dialog id="viewer"[^>]*open.*?data-id="{sample.id}"', dom, re.S)
    assert "<title>owned" not in dom


@needs_browser
def test_in_a_browser_on_a_telephone_every_link_of_the_navigation_is_in_view(done, tmp_path):
    (tmp_path / "report.html").write_text(done.report.read_text(encoding="utf-8"), encoding="utf-8")
    script = """
      const page = document.querySelector('iframe').contentDocument;
      const edges = [...page.querySelectorAll('nav a, nav label')].map(e => Math.ceil(e.getBoundingClientRect().right));
      document.title = JSON.stringify({edges, width: page.documentElement.scrollWidth});
    """
    frame = '<iframe src="report.html" style="border:0;width:390px;height:1200px"></iframe>'
    (tmp_path / "small.html").write_text(f"{frame}<script>addEventListener('load', () => {{{script}}})</script>")
    dom = browser("--allow-file-access-from-files", "--dump-dom", (tmp_path / "small.html").as_uri()).stdout
    found = json.loads(re.search(r"<title>(.*?)</title>", dom)[1])
    assert len(found["edges"]) >= 7 and max(found["edges"]) <= 390 and found["width"] == 390


def test_names_may_be_broken_behind_their_separators_and_commands_between_their_words():
    made = environment().from_string("{{ name | parting }}\n{{ command | by_word }}")
    said = made.render(name="data/a_<b>", command="mmr run --out DIR")
    assert said == "data/<wbr>a_<wbr>&lt;b&gt;\n<span>mmr</span> <span>run</span> <span>--out</span> <span>DIR</span>"


def test_where_n_counts_rows_fewer_samples_are_not_called_short(tmp_path):
    recipe = tmp_path / "unlike.py"
    recipe.write_text(
        RECIPE.read_text().replace("    return Pipeline(make", "    return Pipeline(make, Unlike()", 1)
        + """

class Unlike:
    prefix_stable = False

    def keys(self):
        return {}

    def decide(self, db):
        return "SELECT id, 'unlucky' AS reason, NULL AS detail, NULL AS added FROM samples LIMIT 1"
"""
    )
    done = mmrecipes.run(recipe, out=tmp_path / "run", n=12)
    text = Page(done.report.read_text(encoding="utf-8")).text
    assert done.accepted < 12 and "short" not in text and "wanted" not in text


def test_the_header_says_what_rows_were_split_into_and_what_samples_were_merged_into(tmp_path):
    options = {"twice": True, "merge": True, "drop": 0.0}
    done = mmrecipes.run(Path(__file__).parents[1] / "flow" / "toy_recipe.py", out=tmp_path / "r", n=20, params=options)
    groups = [s for s in done.samples() if len(s.parents) > 1]
    gone = 40 - done.accepted
    assert 0 < len(groups) < gone and done.dropped == 0
    text = Page(done.report.read_text(encoding="utf-8")).text
    assert f"rows in 20 split into 40 samples merged {gone} into {len(groups)} others dropped 0" in text
    assert f"20 rows, split into 40 samples = {done.accepted} kept + {gone} merged into {len(groups)} others" in text
    assert "beyond n" not in text
