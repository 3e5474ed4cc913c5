"""The text a model has before it when the user's turn has begun and nothing has been typed: the sentinel method.

A conversation whose one user turn is [image, SENTINEL] is rendered by the model's own chat template; everything before
the sentinel is the prefix. It holds what the template adds (a system turn, say), the opening of the user turn and the
image, and nothing after. Covered: any template that shows images before the text, also none (text-only models), with
proof that no end of turn and no assistant marker slipped in. Not covered: tokenising.
Sources: Oasis (arXiv 2503.08741), whose code cuts the full rendering; Magpie (arXiv 2406.08464).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from mmrecipes.core.errors import PlanError
from mmrecipes.core.identity import sha256_hex
from mmrecipes.steps.chat_template import ChatTemplate

SENTINEL = "qSENTINELq"


@dataclass(frozen=True, slots=True)
class Prefix:
    """`text` is the prefix, `placeholder` what it holds for the first image (empty without one).

    `end_of_turn` closes the user's turn and `assistant` opens the reply: neither may follow the image. `bos` is true
    when the text begins with the token that a tokenizer would otherwise add. `after` is what follows a text that the
    user did type, up to where the reply begins.
    """

    text: str
    placeholder: str
    end_of_turn: str
    assistant: str
    after: str
    bos: bool

    @property
    def sha256(self) -> str:
        return sha256_hex(self.text.encode())


def prefix_of(template: ChatTemplate, images: int = 1, system: str = "") -> Prefix:
    """The prefix for a user turn with this many images, after a system turn if there is one. Raises `PlanError` when
    the template gives none."""
    before, after = _around(template, images, generation_prompt=True, system=system)
    if not after.strip():
        raise PlanError(f"the chat template {template.name} prints nothing after the user's text: no turn ends there")
    closing, opening = _markers(after, _around(template, images, generation_prompt=False, system=system)[1])
    placeholder = _placeholder(template, images, before) if images else ""
    bos = bool(template.bos) and before.startswith(template.bos)
    prefix = Prefix(before, placeholder, closing, opening, after, bos)
    _check(template, prefix, images)
    return prefix


def _around(template: ChatTemplate, images: int, generation_prompt: bool, system: str = "") -> tuple[str, str]:
    first = [{"role": "system", "content": system}] if system else []
    parts: Any = [{"type": "image"}] * images + [{"type": "text", "text": SENTINEL}]
    for content in (parts,) if images else (SENTINEL, parts):  # some templates know texts only, some parts only
        rendered = template.render([*first, {"role": "user", "content": content}], generation_prompt)
        if rendered.count(SENTINEL) == 1:
            before, _, after = rendered.partition(SENTINEL)
            return before, after
    raise PlanError(f"the chat template {template.name} does not print the user's text once: no prefix can be cut")


def _markers(after: str, bare: str) -> tuple[str, str]:
    """What ends the user's turn and what opens the reply, from what follows the text with and without a generation
    prompt."""
    shared = _shared(after, bare)
    while shared < len(bare) and shared and after[shared - 1] not in "\n>] ":
        shared -= 1  # both go on differently (a model's end of text, say): back to the border of a marker
    closing, opening = after[:shared].strip(), after[shared:].strip()
    # without a generation prompt of its own (Mistral), the end of the user's turn is what opens the reply, and where
    # nothing ends it (Vicuna), the reply's opening does
    return closing or opening, opening or closing


def _placeholder(template: ChatTemplate, images: int, before: str) -> str:
    """What one more image adds to the prefix."""
    fewer = images - 1 if images > 1 else 2
    try:
        other = _around(template, fewer, generation_prompt=True)[0]
    except PlanError:
        other = _around(template, 0, generation_prompt=True)[0]
    shorter, longer = sorted((before, other), key=len)
    start = _shared(shorter, longer)
    added = longer[start : start + len(longer) - len(shorter)]
    if not added.strip() or re.search(r"""['"]type['"]""", before):  # nothing, or the list of parts as it is
        raise PlanError(f"the chat template {template.name} prints nothing for an image: is it of a text-only model?")
    places = image_places(before, added)
    return before[slice(*places[0])] if places else added


def _shared(one: str, other: str) -> int:
    """How many first characters two texts have in common."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def image_places(text: str, placeholder: str) -> list[tuple[int, int]]:
    """Start and end of every image placeholder in a prefix; their numbers (`<|image_1|>`) may differ."""
    if not placeholder:
        return []
    pattern = re.sub(r"\d+", r"\\d+", re.escape(placeholder))
    return [m.span() for m in re.finditer(pattern, text)]


def _check(template: ChatTemplate, prefix: Prefix, images: int) -> None:
    where, places = f"the chat template {template.name}", image_places(prefix.text, prefix.placeholder)
    if len(places) != images:
        raise PlanError(f"{where} prints {len(places)} placeholders for {images} image(s) before the text")
    if places and prefix.end_of_turn in prefix.text[places[-1][0] :]:
        raise PlanError(f"{where} ends the turn with {prefix.end_of_turn!r} between the image and the user's text")
    if prefix.assistant in prefix.text:
        raise PlanError(f"{where} prints the assistant marker {prefix.assistant!r} before the user's text")


def override_template(prefix: Prefix) -> str:
    """A chat template that prints the prefix and nothing after it, one placeholder per image of the message.

    It loops over the parts so that servers, which look at a template to learn how it takes images, hand them over as
    parts; a message already flattened to text by the server shows its image once. Without images it prints the prefix
    whatever the messages say.
    """
    if not prefix.placeholder:
        return f"{{{{- {_literal(prefix.text)} -}}}}"
    before, _, after = prefix.text.partition(prefix.placeholder)
    image = f"{{{{- {_literal(prefix.placeholder)} -}}}}"
    return (
        f"{{{{- {_literal(before)} -}}}}"
        "{%- for message in messages -%}"
        f"{{%- if message['content'] is string -%}}{image}{{%- else -%}}"
        "{%- for part in message['content'] -%}"
        f"{{%- if part['type'] != 'text' -%}}{image}{{%- endif -%}}"
        "{%- endfor -%}{%- endif -%}{%- endfor -%}"
        f"{{{{- {_literal(after)} -}}}}"
    )


def _literal(text: str) -> str:
    """A Jinja string literal."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"
