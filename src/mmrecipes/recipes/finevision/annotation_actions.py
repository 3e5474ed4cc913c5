"""Annotations that are actions on a screen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import ClassVar, Literal

from pydantic import Field

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop
from mmrecipes.formats.plain_rows import json_in
from mmrecipes.recipes.finevision import requests
from mmrecipes.recipes.finevision.actions import Dialect, Unit, Unmapped, unified
from mmrecipes.recipes.finevision.annotation import Annotation, Converted, as_text, found, without
from mmrecipes.recipes.finevision.requests import request
from mmrecipes.recipes.finevision.turns import Turn


class Actions(Annotation):
    """The next action for a task on the screen that the picture shows, in the unified space (see `actions`)."""

    kind: Literal["actions"] = "actions"
    grouped: ClassVar[bool] = False
    verbatim: ClassVar[bool] = True
    task: str = Field("task", description="column of what is to be done")
    action: str = Field("action", description="column of the action, an object or its JSON")
    dialect: Dialect = Field(description="whose names the actions have")
    unit: Unit = Field(description="what points are given in")

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.task, self.action)

    def convert(self, sample: Sample, rng: Random) -> Converted | Drop:
        held = found(sample, self.action)
        given = json_in(held)
        if not isinstance(given, Mapping):
            return without("no_action", self.action, held, "an object")
        if len(sample.images) != 1:
            return Drop("not_one_picture", f"an action on {len(sample.images)} screens")
        try:
            action = unified(given, self.dialect, self.unit, sample.images[0].size)
        except Unmapped as e:
            return Drop(e.reason, str(e))
        asked = request(requests.ACTION, rng, as_text(found(sample, self.task)))
        return Converted([Turn(asked, json.dumps(action, ensure_ascii=False))])
