"""Inventing a scene: stage, light, cast, attributes, places; then checking that everything can be seen.

Covered: plausible supports (feet on the ground, boats on water, small things on tables), sizes that fall with
distance, repeated categories with contrasting attributes. Every object keeps at least `MIN_VISIBLE` of its silhouette
in view. Not covered: stories (who does what with whom).
"""

from __future__ import annotations

from random import Random

from mmrecipes.core.boxes import Box, area, intersection
from mmrecipes.core.identity import rng_from, seed_from
from mmrecipes.world.catalogue import CATALOGUE, SIZES, Category
from mmrecipes.world.measure import measure
from mmrecipes.world.scene import Background, Light, Scene, SceneObject, Size
from mmrecipes.world.stages import STAGES, Stage

MIN_VISIBLE = 0.45
MIN_AREA = 120
_SIZES: tuple[Size, ...] = ("small", "medium", "large")
_SIZE_WEIGHTS = (0.25, 0.5, 0.25)
_TRIES = 60


def compose(seed: int, size: tuple[int, int], objects: tuple[int, int]) -> Scene:
    """See `scene.invent`."""
    low, high = objects
    if not 0 <= low <= high:
        raise ValueError(f"objects must be (least, most) with 0 <= least <= most: {objects}")
    best = _attempt(seed, 0, size, objects)
    for attempt in range(1, 8):
        if len(best.objects) >= low:
            return best
        best = max(best, _attempt(seed, attempt, size, objects), key=lambda s: len(s.objects))
    return best


def _attempt(seed: int, attempt: int, size: tuple[int, int], objects: tuple[int, int]) -> Scene:
    rng = rng_from("world.scene", seed, attempt)
    kind = rng.choice(tuple(STAGES))
    stage = STAGES[kind]
    back = Background.of(kind, rng.getrandbits(32))
    light = Light(round(rng.choice((-1, 1)) * rng.uniform(0.35, 0.9), 2), round(rng.uniform(-0.9, -0.5), 2),
                  round(rng.uniform(0.4, 0.65), 2))  # fmt: skip
    empty = Scene(seed=seed, size=size, background=back, objects=(), light=light)
    scene = _Placer(empty, stage, rng).fill(_cast(stage, rng.randint(*objects), rng))
    return _without_hidden(scene)


def place_another(scene: Scene, seed: int, category: str) -> SceneObject | None:
    """See `scene.another`."""
    rng = rng_from("world.another", scene.seed, seed)
    stage = STAGES[scene.background.kind]
    if category and category not in CATALOGUE:
        raise ValueError(f"unknown category {category!r}; one of {', '.join(CATALOGUE)}")
    for _ in range(8):
        name = category or rng.choices(list(stage.cast), list(stage.cast.values()))[0]
        obj = _Placer(scene, stage, rng).one_more(scene.free_id(), name)
        if obj is not None:
            return obj
    return None


def _cast(stage: Stage, count: int, rng: Random) -> list[str]:
    """Categories to place, big ones first; some are repeated, so that there is something to tell apart."""
    names, weights = list(stage.cast), list(stage.cast.values())
    chosen: list[str] = []
    while len(chosen) < count:
        name = rng.choices(names, weights)[0]
        repeats = rng.choices((1, 2, 3, 4), (0.52, 0.28, 0.15, 0.05))[0]
        chosen += [name] * (repeats if chosen.count(name) < 3 else 1)
    return sorted(chosen[:count], key=lambda n: -CATALOGUE[n].height * CATALOGUE[n].width ** 0.5)


class _Placer:
    """Puts objects into a scene one after another, keeping what is already there in view."""

    def __init__(self, scene: Scene, stage: Stage, rng: Random) -> None:
        self.scene, self.stage, self.rng = scene, stage, rng
        self.boxes: dict[str, Box] = {o.id: frame_box(o) for o in scene.objects}

    def fill(self, names: list[str]) -> Scene:
        """Scene with as many of these categories as find room, numbered anew in random order."""
        placed: list[SceneObject] = []
        for k, name in enumerate(names):
            obj = self._place(f"o{k + 1}", CATALOGUE[name], placed)
            if obj is not None:
                placed.append(obj)
                self.boxes[obj.id] = frame_box(obj)
        return self.scene.having(objects=_renumbered(placed, self.scene.seed, self.rng))

    def one_more(self, id: str, name: str) -> SceneObject | None:
        """An object for a scene that is already full of others; None when it would hide or be hidden."""
        obj = self._place(id, CATALOGUE[name], list(self.scene.objects))
        if obj is None:
            return None
        obj = obj.having(look=seed_from("world.look", self.scene.seed, id) >> 32)
        seen = measure(self.scene.add(obj)).values()
        return obj if all(m.visible >= MIN_VISIBLE and m.area >= MIN_AREA for m in seen) else None

    def _place(self, id: str, category: Category, placed: list[SceneObject]) -> SceneObject | None:
        seen = [o for o in placed if o.category == category.name]
        base = self._attributes(id, category, seen)
        overlap = 0.3 if self.rng.random() < 0.35 else 0.08
        for _ in range(_TRIES):
            obj = self._somewhere(base, category, placed)
            if obj is not None and self._fits(obj, placed, overlap):
                return obj
        return None

    def _attributes(self, id: str, category: Category, seen: list[SceneObject]) -> SceneObject:
        rng = self.rng
        colours = [c for c in category.colours if c not in self.stage.avoid]
        fresh = [c for c in colours if c not in {o.colour for o in seen}]
        colour = rng.choice(fresh if fresh and (not seen or rng.random() < 0.7) else colours)
        if seen and rng.random() < 0.3:
            colour = seen[-1].colour
        pattern = rng.choice(category.patterns) if rng.random() < 0.5 else "plain"
        texture = rng.choice(category.textures) if pattern == "plain" and rng.random() < 0.6 else "plain"
        if texture == "metal" and colour == "white":
            colour = rng.choice([c for c in colours if c != "white"])
        size: Size = rng.choices(_SIZES, _SIZE_WEIGHTS)[0]
        if category.height * SIZES[size] * self.stage.near > 0.66:
            size = "medium"
        joints = tuple((j.name, round(rng.uniform(j.low, j.high), 1)) for j in category.joints)
        rot = 0.0 if category.upright else round(rng.uniform(-18, 18), 1)
        return SceneObject(id=id, category=category.name, colour=colour, size=size, texture=texture, pattern=pattern,
                           x=0.0, y=0.0, scale=1.0, facing=rng.choice(("left", "right")), joints=joints,
                           rot=rot)  # fmt: skip

    def _somewhere(self, base: SceneObject, category: Category, placed: list[SceneObject]) -> SceneObject | None:
        """A place of a kind that suits the category; small things of the house also stand on the bare ground."""
        ways = [
            p for p in category.places if getattr(self.stage, p, None) is not None and (p != "ground" or self.stage.dry)
        ]
        if "surface" in category.places:
            carriers = [o for o in placed if CATALOGUE[o.category].surface is not None]
            if carriers and (not ways or self.rng.random() < 0.6):
                return self._carried(base, category, self.rng.choice(carriers))
            ways = ways or ["ground"] * self.stage.dry
        return self._standing(base, category, self.rng.choice(ways)) if ways else None

    def _standing(self, base: SceneObject, category: Category, way: str) -> SceneObject | None:
        width, height = self.scene.size
        low, high = getattr(self.stage, way)
        spot = self.rng.uniform(low, high)
        if way in ("air", "wall"):
            factor = self.rng.uniform(0.85, 1.1)
            near = self.rng.uniform(0.3, 0.45) if way == "air" else 0.02
        else:
            first, last = self.stage.ground
            nearness = min(1.0, max(0.0, (spot - first) / (last - first)))
            factor, near = self.stage.far + (self.stage.near - self.stage.far) * nearness, spot
        scale = round(category.height * height * factor, 2)
        tall = scale * SIZES[base.size]
        half = category.width * tall / 2
        y = spot * height - (tall / 2 if way in ("ground", "water") else 0.0)
        if half * 2 > width - 8 or y - tall / 2 <= 3:
            return None
        x = self.rng.uniform(half + 3, width - half - 3)
        return base.having(scale=scale, z=round(near, 4), on=way, x=round(x, 1), y=round(y, 1))

    def _carried(self, base: SceneObject, category: Category, carrier: SceneObject) -> SceneObject | None:
        """On another object's surface; only things small enough for it, and one per seat."""
        kind = CATALOGUE[carrier.category]
        scale = category.height * carrier.scale / kind.height
        obj = base.having(scale=round(scale, 2), size=base.size if base.size != "large" else "medium")
        room = kind.width * carrier.height * 0.84 - category.width * obj.height
        if room <= 0 or kind.surface is None or category.height > 0.26:
            return None
        x = carrier.x + self.rng.uniform(-0.5, 0.5) * room
        foot = carrier.y + kind.surface * carrier.height
        y = foot - obj.height / 2
        if y - obj.height / 2 < 3:
            return None
        return obj.having(x=round(x, 1), y=round(y, 1), z=round(carrier.z + 0.002, 4), on=carrier.id, rot=0.0)

    def _fits(self, obj: SceneObject, placed: list[SceneObject], overlap: float) -> bool:
        """Neither hides nor is hidden by more than `overlap`, and does not stand inside another."""
        mine = frame_box(obj)
        for other in placed:
            if obj.on == other.id:
                continue
            theirs = self.boxes[other.id]
            common = area(intersection(mine, theirs))
            if not common:
                continue
            together = obj.on == other.on and obj.on.startswith("o")
            if together or common > overlap * min(area(mine), area(theirs)):
                return False
            grounded = obj.on not in ("air", "wall") and other.on not in ("air", "wall")
            if grounded and (abs(obj.foot - other.foot) < 0.045 * self.scene.size[1] or _stacked(obj, other)):
                return False
        return True


def _stacked(a: SceneObject, b: SceneObject) -> bool:
    """Whether one right behind the other would look as if it stood on the other's head."""
    widths = [CATALOGUE[o.category].width * o.height for o in (a, b)]
    behind, ahead = sorted((a, b), key=lambda o: o.foot)
    return abs(a.x - b.x) < 0.4 * max(widths) and behind.height < 1.8 * ahead.height


def frame_box(obj: SceneObject) -> Box:
    """The object's frame as a box, from its category's proportions."""
    half = CATALOGUE[obj.category].width * obj.height / 2
    return (obj.x - half, obj.y - obj.height / 2, obj.x + half, obj.y + obj.height / 2)


def _renumbered(placed: list[SceneObject], seed: int, rng: Random) -> tuple[SceneObject, ...]:
    """Ids o1, o2, … in random order; each object's own stream is keyed by (scene seed, id)."""
    order = list(placed)
    rng.shuffle(order)
    names = {o.id: f"o{k + 1}" for k, o in enumerate(order)}
    return tuple(
        o.having(id=names[o.id], on=names.get(o.on, o.on), look=seed_from("world.look", seed, names[o.id]) >> 32)
        for o in order
    )


def _without_hidden(scene: Scene) -> Scene:
    """Without objects that are mostly hidden, and without what those carry."""
    while True:
        seen = measure(scene)
        hidden = [o.id for o in scene.objects if seen[o.id].visible < MIN_VISIBLE or seen[o.id].area < MIN_AREA]
        hidden += [o.id for o in scene.objects if o.on.startswith("o") and o.on not in {p.id for p in scene.objects}]
        if not hidden:
            return scene
        scene = scene.remove(min(hidden, key=lambda i: (seen[i].visible, i)))
