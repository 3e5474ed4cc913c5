"""The scene graph: objects with attributes and poses, background, light, camera; edits; a lossless JSON form.

Covered: everything `draw.render` needs and nothing else, so a scene is the known truth about its picture. Edits
return new scenes and are exact inverses of each other: `add` after `remove`, `alter` with the old value. Not
covered: relations, which are computed from the picture (see `facts`).

Lengths are pixels of the unmoved camera's picture, y downwards; angles are degrees, clockwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from mmrecipes.core.identity import rng_from
from mmrecipes.world.catalogue import CATALOGUE, PATTERNS, SIZES
from mmrecipes.world.palette import PALETTE
from mmrecipes.world.stages import STAGES
from mmrecipes.world.textures import TEXTURES

Size = Literal["small", "medium", "large"]
Facing = Literal["left", "right"]
Joints = tuple[tuple[str, float], ...]
_ID = re.compile(r"o[1-9]\d{0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneObject:
    """One object. `scale` is the height in pixels it has at medium size; (x, y) is the centre of its frame.

    `on` says what carries it: "ground", "water", "air", "wall", or the id of another object. `z` is nearness, 0 at
    the back to 1 in front. `look` seeds its own random stream (proportions, parts, where the texture lies): it is
    derived from (scene seed, id) when the object is invented and travels with the object.
    """

    id: str
    category: str
    colour: str
    size: Size
    texture: str
    pattern: str
    x: float
    y: float
    scale: float
    rot: float = 0.0
    z: float = 0.5
    on: str = "ground"
    facing: Facing = "right"
    joints: Joints = ()
    look: int = 0

    def __post_init__(self) -> None:
        known = {"category": CATALOGUE, "colour": PALETTE, "size": SIZES, "texture": TEXTURES, "pattern": PATTERNS}
        for field, values in known.items():
            if getattr(self, field) not in values:
                raise ValueError(
                    f"object {self.id}: unknown {field} {getattr(self, field)!r}; one of {', '.join(values)}"
                )
        if not _ID.fullmatch(self.id):
            raise ValueError(f"object ids are o1, o2, …: {self.id!r}")
        if self.scale <= 0:
            raise ValueError(f"object {self.id}: scale must be positive, is {self.scale}")

    @property
    def number(self) -> int:
        """The value of its pixels in the id map."""
        return int(self.id[1:])

    @property
    def height(self) -> float:
        """Height of its frame in pixels, at its size."""
        return self.scale * SIZES[self.size]

    @property
    def foot(self) -> float:
        """The y at which it stands."""
        return self.y + self.height / 2

    def having(self, **changes: Any) -> SceneObject:
        """A copy with these fields changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Background:
    """What is behind the objects: one of `stages.STAGES`, its colours, and the seed of its details."""

    kind: str
    seed: int
    palette: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.kind not in STAGES:
            raise ValueError(f"unknown background {self.kind!r}; one of {', '.join(STAGES)}")

    @classmethod
    def of(cls, kind: str, seed: int) -> Background:
        """A background of this kind in one of its palettes. Raises `ValueError` for an unknown kind."""
        palettes = STAGES[kind].palettes if kind in STAGES else ((),)
        return cls(kind, seed, rng_from("world.palette", kind, seed).choice(palettes))


@dataclass(frozen=True, slots=True)
class Light:
    """Where light comes from: `x` from -1 (left) to 1 (right), `y` from -1 (above) to 0; `strength` 0..1 of shadows."""

    x: float = -0.6
    y: float = -0.8
    strength: float = 0.5


@dataclass(frozen=True, slots=True)
class Camera:
    """Zoom about the centre, pan in shares of the picture's sides, roll in degrees."""

    zoom: float = 1.0
    pan_x: float = 0.0
    pan_y: float = 0.0
    roll: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A scene graph; `objects` are in the order of their numbers."""

    seed: int
    size: tuple[int, int]
    background: Background
    objects: tuple[SceneObject, ...]
    light: Light = Light()
    camera: Camera = Camera()

    def __post_init__(self) -> None:
        numbers = [o.number for o in self.objects]
        if numbers != sorted(set(numbers)):
            raise ValueError(
                f"objects must have different ids and stand in their order: {[o.id for o in self.objects]}"
            )

    def __getitem__(self, id: str) -> SceneObject:
        for o in self.objects:
            if o.id == id:
                return o
        raise KeyError(f"no object {id!r} in this scene; there are {', '.join(o.id for o in self.objects)}")

    def having(self, **changes: Any) -> Scene:
        """A copy with these fields changed."""
        return replace(self, **changes)

    def carried_by(self, id: str) -> tuple[str, ...]:
        """Ids of the objects standing on this one: removing it would leave them in the air."""
        return tuple(o.id for o in self.objects if o.on == id)

    def free_id(self) -> str:
        """An id no object has."""
        return f"o{max((o.number for o in self.objects), default=0) + 1}"

    def suits(self, kind: str) -> bool:
        """Whether the objects would look right on a background of this kind: feet below the horizon, air to fly in,
        a wall or water where they need one, colours that stand out."""
        stage = STAGES[kind]
        for o in self.objects:
            foot = o.foot / self.size[1]
            if o.colour in stage.avoid or (o.on in ("air", "wall", "water") and getattr(stage, o.on) is None):
                return False
            if o.on == "ground" and not (stage.dry and stage.ground[0] - 0.03 <= foot <= stage.ground[1] + 0.03):
                return False
            if o.on == "water" and stage.water is not None and not stage.water[0] <= foot <= stage.water[1]:
                return False
        return True

    def remove(self, id: str) -> Scene:
        """Without this object. Raises `KeyError` when there is none."""
        gone = self[id]
        return self.having(objects=tuple(o for o in self.objects if o is not gone))

    def add(self, obj: SceneObject) -> Scene:
        """With this object in its place in the order. Raises `ValueError` when its id is taken."""
        return self.having(objects=tuple(sorted((*self.objects, obj), key=lambda o: o.number)))

    def alter(self, id: str, **changes: Any) -> Scene:
        """With fields of one object changed, nothing else; `alter` with the old values is the inverse."""
        changed = self[id].having(**changes)
        return self.having(objects=tuple(changed if o.id == id else o for o in self.objects))

    def move(self, id: str, x: float, foot: float) -> Scene:
        """The object stands at (x, foot) instead, with what it carries; its nearness follows, its scale does not."""
        old = self[id]
        dx, dy = x - old.x, foot - old.foot
        scene = self
        for o in (old, *(self[c] for c in self.carried_by(id))):
            near = o.z + dy / self.size[1] if o.on != "air" else o.z
            scene = scene.alter(o.id, x=o.x + dx, y=o.y + dy, z=near)
        return scene

    def resize(self, id: str, size: Size) -> Scene:
        """The object at another size, standing where it stood (things in the air keep their centre)."""
        old = self[id]
        if old.on in ("air", "wall"):
            return self.alter(id, size=size)
        return self.alter(id, size=size, y=old.foot - old.scale * SIZES[size] / 2)

    def swap(self, id: str, category: str, **changes: Any) -> Scene:
        """Another category in its place: same foot, centre and colour, fitted into the old frame's width and height
        times 1.3; pattern, texture and joints fall back to plain where the new category does not have them."""
        old, new = self[id], CATALOGUE[category]
        was = CATALOGUE[old.category]
        fit = min(1.3 * was.width / new.width, 1.3, new.height / was.height)
        scale = old.scale * fit
        kept: dict[str, Any] = {
            "pattern": old.pattern if old.pattern in new.patterns else "plain",
            "texture": old.texture if old.texture in new.textures else "plain",
            "colour": old.colour if old.colour in new.colours else new.colours[0],
        }
        foot = old.foot - scale * SIZES[old.size] / 2 if old.on not in ("air", "wall") else old.y
        return self.alter(id, **{"category": category, "scale": scale, "y": foot, "rot": 0.0, "joints": (),
                                 **kept, **changes})  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values: what `Sample.truth` may hold."""
        return _plain(asdict(self))

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Scene:
        """The scene that `to_json` wrote. Raises `KeyError`, `TypeError` or `ValueError` on anything else."""
        objects = tuple(
            SceneObject(**{**o, "joints": tuple((str(n), float(v)) for n, v in o["joints"])}) for o in value["objects"]
        )
        width, height = value["size"]
        back = value["background"]
        return cls(
            seed=value["seed"],
            size=(width, height),
            background=Background(back["kind"], back["seed"], tuple(back["palette"])),
            objects=objects,
            light=Light(**value["light"]),
            camera=Camera(**value["camera"]),
        )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, (tuple, list)) else value


def invent(seed: int, *, size: tuple[int, int] = (640, 480), objects: tuple[int, int] = (3, 8)) -> Scene:
    """A plausible scene with between `objects[0]` and `objects[1]` objects: a pure function of its arguments."""
    from mmrecipes.world.inventing import compose

    return compose(seed, size, objects)


def another(scene: Scene, seed: int, category: str = "") -> SceneObject | None:
    """One more object for the scene, of the given or any fitting category, with the next free id: it finds a plausible
    place and leaves everything in view, or is None."""
    from mmrecipes.world.inventing import place_another

    return place_another(scene, seed, category)
