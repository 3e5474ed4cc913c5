"""From content to one HTML file.

Covered: filling a template with every value escaped (jinja2 autoescape), style and script inlined, a content
security policy that lets nothing but this script run and nothing load from anywhere.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from mmrecipes.report.content import Content
from mmrecipes.report.wording import number

FOLDER = Path(__file__).parent


def render(content: Content) -> str:
    """The page. Equal content gives equal text."""
    return filled("page.html", c=content)


def filled(template: str, **values: Any) -> str:
    """A template of this folder with its values, style and script."""
    style, script = (_asset(n) for n in ("style.css", "page.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    found = environment().get_template(template)
    return found.render(style=style, script=script, script_hash=digest, **values)


@functools.cache
def environment() -> jinja2.Environment:
    """What the pages of this folder are made with."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {"number": number, "parting": _parting, "by_word": _by_word}
    return made


def _parting(name: str) -> Markup:
    """A name that may be broken over lines behind its separators, rather than anywhere."""
    return Markup("<wbr>").join(re.findall(r"[^_/]*[_/]+|[^_/]+", name))


def _by_word(command: str) -> Markup:
    """A command that is broken over lines between its words, never inside an option."""
    return Markup(" ").join(map(Markup("<span>{}</span>").format, command.split(" ")))


@functools.cache
def _asset(name: str) -> str:
    """A file of this folder, without the final newline (the policy's hash covers the exact text)."""
    return (FOLDER / name).read_text(encoding="utf-8").rstrip("\n")
