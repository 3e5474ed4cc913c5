"""What the rows of a source hold when they hold no turns, as its table `[source.annotation]` in `sources.toml` says.

    [source.annotation]
    kind = "class"
    label = "species"             # a column; dots lead into it: "objects.name"
    form = "choice"
    names = ["kestrel", "merlin", "hobby", "eagle"]

Covered: questions and answers in columns, captions, class labels, boxes, points, texts, keys and values, markup,
actions on screens, preference pairs. A kind that is not named here and a column that is not there are refused: nothing
is guessed. Not covered: masks, finding out which column means what (see `proposing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from mmrecipes.core.errors import InputError
from mmrecipes.recipes.finevision.annotation import Annotation
from mmrecipes.recipes.finevision.annotation_actions import Actions
from mmrecipes.recipes.finevision.annotation_pictures import Boxes, Captions, Classes, Points
from mmrecipes.recipes.finevision.annotation_texts import KeyValues, Markup, Preference, Questions, Transcription

KINDS = (Questions, Captions, Classes, Boxes, Points, Transcription, KeyValues, Markup, Actions, Preference)
_ANY: TypeAdapter[Annotation] = TypeAdapter(
    Annotated[
        Questions | Captions | Classes | Boxes | Points | Transcription | KeyValues | Markup | Actions | Preference,
        Field(discriminator="kind"),
    ]
)


def annotation_of(said: Mapping[str, Any]) -> Annotation:
    """The annotation that a source declares. Raises `InputError` with every mistake."""
    try:
        return _ANY.validate_python(dict(said))
    except ValidationError as e:
        wrong = [f"annotation.{'.'.join(map(str, p['loc'][1:] or p['loc']))}: {p['msg']}" for p in e.errors()]
        raise InputError("; ".join(wrong).replace("annotation.:", "annotation:")) from e
