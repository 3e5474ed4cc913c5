"""What is said about a chart: question, what must be looked at, what is read there.

Covered: the six operations of `asking`, three ways of marking. Not covered: the wording itself (`wording.toml`).
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from mmrecipes.recipes.thinkmorph.chart.asking import Asked
from mmrecipes.recipes.thinkmorph.chart.elements import NOUNS, Element
from mmrecipes.recipes.thinkmorph.overlay import Style
from mmrecipes.recipes.thinkmorph.wording import say
from mmrecipes.render.charts.operations import key_text
from mmrecipes.render.charts.summary import Axis, Chart
from mmrecipes.render.charts.tracks import key_axis
from mmrecipes.world.wording import listed

TASK = "chart"
_KINDS = {"bar": "bar chart", "horizontal_bar": "bar chart with lying bars", "grouped_bar": "grouped bar chart",
          "line": "line chart", "multi_line": "chart of several lines", "pie": "pie chart"}  # fmt: skip


class Said:
    """Sentences about one question. `several`: the chart has more than one series."""

    def __init__(
        self, chart: Chart, elements: Sequence[Element], asked: Asked, style: Style, rng: random.Random
    ) -> None:
        self.asked, self.style, self.rng = asked, style, rng
        self.several = len({e.series for e in elements}) > 1
        panel = chart.panels[0]
        axis = value_axis(chart)
        element = NOUNS.get(panel.type, "bar")
        keys = key_axis(panel)
        first, last = asked.evidence[0], asked.evidence[-1]
        args = asked.query.args
        side = args.get("side", "")
        self.slots = {
            "measure": f'"{axis.name}"' + (f" ({axis.unit})" if axis.unit else ""),
            "kind": _KINDS[panel.type], "n": str(len(elements)), "element": element, "elements": f"{element}s",
            "thing": keys.name.lower() if keys is not None and keys.name else "category",
            "a": self.name(first), "b": self.name(last), "sa": first.series, "sb": last.series,
            "x": key_text(first.key), "of": f" in {args['series']}" if self.several and "series" in args else "",
            "most": {"argmax": "highest", "argmin": "lowest"}.get(asked.query.op, ""),
            "side": {"above": "above", "below": "below"}.get(side, ""),
            "threshold": f"{args.get('threshold', 0):,g}", "answer": asked.answer.text,
            "and_label": " with its label" if len(asked.evidence) == 1 else " with their labels",
        }  # fmt: skip

    def name(self, element: Element) -> str:
        named = key_text(element.key)
        return f"{named} in {element.series}" if self.several else named

    def say(self, pattern: str, **slots: str) -> str:
        return say(TASK, pattern, self.rng, **{**self.slots, **slots})

    def question(self) -> str:
        forms = {name: self.say(name) for name in ("form", "name", "count")}
        return self.say(f"ask_{self.asked.operation}", **forms)

    def first(self) -> list[str]:
        """What must be found and how it will be marked; never the answer."""
        operation = self.asked.operation
        need = {"value": "value", "extreme": "extreme", "count": "count"}.get(operation, "pair")
        several = "es" if len(self.asked.evidence) > 1 or operation == "count" else ""
        plan = "plan_box" + several if self.style == "box" else f"plan_{self.style}"
        return [self.say("look"), self.say(f"need_{need}"), self.say(plan)]

    def second(self) -> list[str]:
        see = "see_mask_rest" if self.style == "mask_rest" else "see"
        return [self.say(see, read=self.read()), *self.conclusion()]

    def alone(self) -> list[str]:
        first = self.first()[:2]
        return [*first, self.say("alone", read=self.read()), *self.conclusion()]

    def read(self) -> str:
        """What the evidence says: names with their values as printed."""
        asked = self.asked
        if asked.operation == "count":
            names = [key_text(e.key) for e in asked.evidence]
            return self.fragment("read_count", count=str(len(names)), counted=listed(names))
        if asked.operation == "extreme":
            return self.name(asked.evidence[0])
        values = [o.text for o in asked.answer.operands]
        return listed([f"{self.name(e)}: {v}" for e, v in zip(asked.evidence, values, strict=True)])

    def fragment(self, pattern: str, **slots: str) -> str:
        return self.say(pattern, **slots)

    def conclusion(self) -> list[str]:
        asked, said = self.asked, []
        if asked.query.op in ("difference", "ratio"):
            x, y = (o.text for o in asked.answer.operands)
            said.append(self.say(f"work_{asked.query.op}", x=x, y=y))
        return [*said, self.say("answer")]


def value_axis(chart: Chart) -> Axis:
    """The axis that values are read on."""
    panel = chart.panels[0]
    which = "radial" if panel.type == "pie" else panel.series[0].axis
    return next((a for a in panel.axes if a.which == which), panel.axes[-1])
