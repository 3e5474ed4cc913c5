"""From content to one HTML file.

Covered: filling `page.html` with every value escaped (jinja2 autoescape), style and script inlined, a content
security policy that lets nothing but this script run and nothing load from anywhere.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from pathlib import Path

import jinja2

from mmrecipes.report.content import Content
from mmrecipes.report.wording import number

FOLDER = Path(__file__).parent


def render(content: Content) -> str:
    """The page. Equal content gives equal text."""
    style, script = (_asset(n) for n in ("style.css", "page.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return _template().render(c=content, style=style, script=script, script_hash=digest)


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["number"] = number
    return environment.get_template("page.html")


@functools.cache
def _asset(name: str) -> str:
    """A file of this folder, without the final newline (the policy's hash covers the exact text)."""
    return (FOLDER / name).read_text(encoding="utf-8").rstrip("\n")
