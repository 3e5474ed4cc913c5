"""One space of actions on screens, and how the actions of common sources map to it.

Covered: desktop, mobile and web vocabularies; points in pixels, shares or thousandths. An action without an entry here
is not converted: a near meaning would be an invention. Not covered: elements named by an id of a page's tree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Dialect = Literal["desktop", "mobile", "web"]
Unit = Literal["pixels", "share", "thousandths"]

SPACE: Mapping[str, tuple[str, ...]] = {
    "click": ("point",), "double_click": ("point",), "right_click": ("point",), "long_press": ("point",),
    "hover": ("point",), "drag": ("start", "end"), "scroll": ("direction", "point"), "type": ("text", "point"),
    "press": ("keys",), "wait": ("seconds",), "open": ("name",), "select": ("option", "point"), "go_back": (),
    "go_home": (), "finish": ("status", "answer"),
}  # fmt: skip
"""The unified actions with the arguments they may have; points are [x, y] as shares of width and height."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "click": ("point",), "double_click": ("point",), "right_click": ("point",), "long_press": ("point",),
    "hover": ("point",), "drag": ("start", "end"), "scroll": ("direction",), "type": ("text",), "press": ("keys",),
    "open": ("name",), "select": ("option",),
}  # fmt: skip
"""Arguments without which an action means nothing."""
POINTS = frozenset({"point", "start", "end"})
DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Mapped:
    """What an action of a source is: unified name, unified argument by the source's argument, arguments that the
    source's name implies."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    implied: Mapping[str, Any] = field(default_factory=dict)


_AT = {"point": "point", "coordinate": "point", "position": "point"}
_TEXT = {"text": "text", "content": "text", "value": "text", "message": "text", **_AT}
_KEYS = {"keys": "keys", "key": "keys", "hotkey": "keys"}
_DRAG = {
    "start": "start", "end": "end", "from": "start", "to": "end", "start_point": "start", "end_point": "end",
    "startCoordinate": "start", "endCoordinate": "end",
}  # fmt: skip
_SCROLL = {"direction": "direction", **_AT}
_WAIT = {"seconds": "seconds", "time": "seconds", "duration": "seconds"}
_DONE = {"status": "status", "answer": "answer", "text": "answer", "goal_status": "status"}
_APP = {"app": "name", "app_name": "name", "name": "name", "url": "name"}


def _scrolls(prefix: str) -> dict[str, Mapped]:
    return {f"{prefix}{d}": Mapped("scroll", _AT, {"direction": d}) for d in ("up", "down", "left", "right")}


CONVERSIONS: Mapping[Dialect, Mapping[str, Mapped]] = {
    "desktop": {
        "click": Mapped("click", _AT), "left_click": Mapped("click", _AT), "double_click": Mapped("double_click", _AT),
        "doubleclick": Mapped("double_click", _AT), "right_click": Mapped("right_click", _AT),
        "rightclick": Mapped("right_click", _AT), "move_to": Mapped("hover", _AT), "moveto": Mapped("hover", _AT),
        "mouse_move": Mapped("hover", _AT), "drag": Mapped("drag", _DRAG), "drag_to": Mapped("drag", _DRAG),
        "write": Mapped("type", _TEXT), "type": Mapped("type", _TEXT), "press": Mapped("press", _KEYS),
        "hotkey": Mapped("press", _KEYS), "key": Mapped("press", {**_KEYS, "text": "keys"}),
        "scroll": Mapped("scroll", _SCROLL), **_scrolls("scroll_"), "wait": Mapped("wait", _WAIT),
        "sleep": Mapped("wait", _WAIT), "terminate": Mapped("finish", _DONE), "done": Mapped("finish", _DONE),
        "fail": Mapped("finish", {"answer": "answer"}, {"status": "failure"}),
    },
    "mobile": {
        "click": Mapped("click", _AT), "tap": Mapped("click", _AT), "dual_point": Mapped("drag", _DRAG),
        "double_tap": Mapped("double_click", _AT), "long_press": Mapped("long_press", _AT),
        "swipe": Mapped("drag", _DRAG), "scroll": Mapped("scroll", _SCROLL), **_scrolls("scroll_"),
        "type": Mapped("type", _TEXT), "input_text": Mapped("type", _TEXT), "navigate_back": Mapped("go_back"),
        "press_back": Mapped("go_back"), "back": Mapped("go_back"), "navigate_home": Mapped("go_home"),
        "press_home": Mapped("go_home"), "home": Mapped("go_home"), "open_app": Mapped("open", _APP),
        "keyboard_enter": Mapped("press", {}, {"keys": ["enter"]}),
        "press_enter": Mapped("press", {}, {"keys": ["enter"]}), "enter": Mapped("press", {}, {"keys": ["enter"]}),
        "wait": Mapped("wait", _WAIT), "status": Mapped("finish", _DONE),
        "status_task_complete": Mapped("finish", {}, {"status": "success"}),
        "status_task_impossible": Mapped("finish", {}, {"status": "failure"}),
        "answer": Mapped("finish", _DONE, {"status": "success"}),
    },
    "web": {
        "click": Mapped("click", _AT), "hover": Mapped("hover", _AT), "type": Mapped("type", _TEXT),
        "fill": Mapped("type", _TEXT), "select": Mapped("select", {"value": "option", "option": "option", **_AT}),
        "press": Mapped("press", _KEYS), "scroll": Mapped("scroll", _SCROLL), **_scrolls("scroll_"),
        "goto": Mapped("open", _APP), "go_back": Mapped("go_back"), "wait": Mapped("wait", _WAIT),
        "answer": Mapped("finish", {"answer": "answer", "text": "answer"}, {"status": "success"}),
        "stop": Mapped("finish", _DONE),
    },
}  # fmt: skip
"""Every action of a dialect, by its name in lower case."""


class Unmapped(ValueError):
    """An action that is not converted; `reason` is a drop's."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def unified(given: Mapping[str, Any], dialect: Dialect, unit: Unit, size: tuple[int, int]) -> dict[str, Any]:
    """A source's action in the unified space: `{"name": "click", "arguments": {"point": [0.5, 0.25]}}`.

    The name is under `action`, `action_type`, `name` or `type`; arguments are under `arguments` or `args`, or beside
    the name. `size` is of the screen in pixels. Raises `Unmapped`: `unmapped_action`, `incomplete_action`,
    `bad_point`, `point_outside_screen`.
    """
    key = next((k for k in ("action", "action_type", "name", "type") if isinstance(given.get(k), str)), "")
    name = str(given.get(key, "")).strip().lower().replace(" ", "_").replace("-", "_")
    mapped = CONVERSIONS[dialect].get(name)
    if mapped is None:
        raise Unmapped("unmapped_action", f"{name or 'an action without a name'} is not in the table for {dialect}")
    beside = {k: v for k, v in given.items() if k != key}
    held = next((beside[k] for k in ("arguments", "args") if isinstance(beside.get(k), Mapping)), beside)
    arguments = {**mapped.implied, **_arguments(held, mapped, unit, size)}
    missing = [a for a in NEEDED.get(mapped.name, ()) if a not in arguments]
    if missing:
        raise Unmapped("incomplete_action", f"{name} has no {', '.join(missing)}")
    return {"name": mapped.name, "arguments": {a: arguments[a] for a in SPACE[mapped.name] if a in arguments}}


def _arguments(held: Mapping[str, Any], mapped: Mapped, unit: Unit, size: tuple[int, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if {"x", "y"} <= held.keys():
        held = {**held, "point": [held["x"], held["y"]]}
    for theirs, ours in mapped.arguments.items():
        value = held.get(theirs)
        if value is None or value == "":
            continue
        if ours in POINTS:
            value = shares_of(value, unit, size)
        elif ours == "keys":
            value = [k.strip().lower() for k in (value.split("+") if isinstance(value, str) else map(str, value))]
        elif ours == "direction":
            value = str(value).lower()
        found.setdefault(ours, value)
    return found


def shares_of(value: Any, unit: Unit, size: tuple[int, int]) -> Sequence[float]:
    """A point [x, y] as shares of width and height. Raises `Unmapped`: `bad_point`, `point_outside_screen`."""
    if not isinstance(value, (list, tuple)) or len(value) != 2 or not all(type(v) in (int, float) for v in value):
        raise Unmapped("bad_point", f"{value!r} is no pair of numbers")
    per = {"pixels": size, "share": (1, 1), "thousandths": (1000, 1000)}[unit]
    shares = [round(v / most, DECIMALS) for v, most in zip(value, per, strict=True)]
    if not all(0 <= s <= 1 for s in shares):
        raise Unmapped("point_outside_screen", f"{list(value)} in {unit} of {size[0]}x{size[1]}")
    return shares
