"""Captions at five levels of detail, each true of what can be seen.

Levels: 1 tags; 2 one short sentence about some of the objects; 3 one sentence with every object's count and colour;
4 two sentences, the second with a relation; 5 a long description with setting, counts, attributes, places and
relations. Every number is exact ("a red car" means exactly one), every "the …" has exactly one referent. Not covered:
background details, activities.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.facts import RELATIONS, Facts
from mmrecipes.world.phrases import (
    ALL_FRAMES,
    DETAIL_FRAMES,
    LINK_FRAMES,
    LONG_CLOSINGS,
    LONG_OPENINGS,
    PLACE_FRAMES,
    RELATION_FRAMES,
    RELATION_WORDS,
    SETTINGS,
    SHORT_FRAMES,
    TAG_FRAMES,
)
from mmrecipes.world.scene import Scene, SceneObject
from mmrecipes.world.wording import PATTERN_WORDS, TEXTURE_WORDS, counted, expand, listed, noun, tidy, word


@dataclass(frozen=True, slots=True)
class Caption:
    """A text about a scene; `level` is 1 (tags) to 5 (long description)."""

    level: int
    text: str


def captions(scene: Scene, rng: Random) -> tuple[Caption, ...]:
    """One caption per level; none for a scene without visible objects."""
    teller = _Teller(scene, rng)
    if not teller.facts.shown:
        return ()
    makers = (teller.tags, teller.short, teller.everything, teller.related, teller.long)
    return tuple(Caption(k + 1, tidy(make())) for k, make in enumerate(makers))


class _Teller:
    """Words one scene."""

    def __init__(self, scene: Scene, rng: Random) -> None:
        self.scene, self.rng, self.facts = scene, rng, Facts(scene)
        shown = self.facts.shown
        self.kinds = list(dict.fromkeys(o.category for o in shown))
        self.groups = list(dict.fromkeys((o.category, o.colour) for o in shown))
        rng.shuffle(self.kinds)
        rng.shuffle(self.groups)

    def tags(self) -> str:
        coloured = self.rng.random() < 0.5
        words = [self._group(g) for g in self.groups] if coloured else [self._kind(k) for k in self.kinds]
        if self.rng.random() < 0.35:
            words = [w.removeprefix("a ").removeprefix("an ") for w in words]
        mark = self.rng.choice((", ", ", ", " / ", "; ", " | ", " + ", " & "))
        return word(TAG_FRAMES, self.rng, tags=mark.join(words), setting=self._setting(), mark=mark.strip())

    def short(self) -> str:
        some = self.kinds[: self.rng.choice((1, 1, 2, 2, 3))]
        some.sort(key=self.kinds.index)
        words = [self._group(self.rng.choice([g for g in self.groups if g[0] == k])) if self.rng.random() < 0.4
                 else self._kind(k) for k in some]  # fmt: skip
        many = len(words) > 1 or not words[0].startswith(("a ", "an "))
        return word(SHORT_FRAMES, self.rng, things=listed(words), setting=self._setting(),
                      be="are" if many else "is", s="" if many else "s")  # fmt: skip

    def everything(self) -> str:
        return self._all_sentence()

    def related(self) -> str:
        return f"{self._all_sentence()} {self._relations(1) or self._places(1) or self._details(1)}"

    def long(self) -> str:
        opening = word(LONG_OPENINGS, self.rng, setting=self._setting())
        parts = [opening, self._all_sentence(setting=False), self._details(2), self._places(2), self._relations(3)]
        if self.rng.random() < 0.7:
            parts.append(word(LONG_CLOSINGS, self.rng, side="left" if self.scene.light.x < 0 else "right"))
        return " ".join(p for p in parts if p)

    def _all_sentence(self, setting: bool = True) -> str:
        """One sentence that counts every group of one category and colour."""
        words = [self._group(g) for g in self.groups]
        many = len(words) > 1 or not words[0].startswith(("a ", "an "))
        return word(ALL_FRAMES, self.rng, things=listed(words), setting=self._setting() if setting else "",
                      be="are" if many else "is", s="" if many else "s")  # fmt: skip

    def _details(self, most: int) -> str:
        """Patterns and materials of objects that can be named without them."""
        out = []
        for o in self._named():
            name = self._definite(o)
            words = [*PATTERN_WORDS.get(o.pattern, ())[:1], *TEXTURE_WORDS.get(o.texture, ())[:1]]
            words = [w for w in words if w not in name]
            if words and name and CATALOGUE[o.category].worn is None and len(out) < most:
                out.append(word(DETAIL_FRAMES, self.rng, name=name, how=words[0]))
        return " ".join(out)

    def _places(self, most: int) -> str:
        out: list[str] = []
        for o in self._named():
            name, where = (
                self._definite(o),
                [p for p in ("left", "right", "middle", "top", "bottom") if self.facts.at(p, o)],
            )
            if name and where and len(out) < most:
                place = self.rng.choice(where)
                out.append(word(PLACE_FRAMES[place], self.rng, name=name))
        return " ".join(out)

    def _relations(self, most: int) -> str:
        """Relations between objects that have a description of their own."""
        found = [
            (r, a, b) for a in self.facts.shown for b in self.facts.shown if a is not b
            for r in RELATIONS if self.facts.holds(r, a, b) is True
        ]  # fmt: skip
        self.rng.shuffle(found)
        found.sort(key=lambda f: f[0] in ("left_of", "right_of") or self.rng.random() < 0.3)
        out: list[str] = []
        told: set[frozenset[str]] = set()
        for relation, a, b in found:
            first, second = self._definite(a), self._definite(b)
            if first and second and frozenset((a.id, b.id)) not in told and len(out) < most:
                told.add(frozenset((a.id, b.id)))
                rel = expand(RELATION_WORDS[relation], self.rng).lower()
                out.append(word(LINK_FRAMES if out else RELATION_FRAMES, self.rng, a=first, b=second, rel=rel))
        return " ".join(out)

    def _named(self) -> list[SceneObject]:
        order = list(self.facts.shown)
        self.rng.shuffle(order)
        return order

    def _definite(self, o: SceneObject) -> str:
        """ "the red car" with as few attributes as make it the only one; empty when none do."""
        rivals = [r for r in self.scene.objects if r.category == o.category and r is not o]
        if not rivals:
            extra = {"colour": o.colour} if self.rng.random() < 0.4 else {}
            return f"the {noun(o.category, extra, self.rng)}"
        for fields in (("colour",), ("pattern",), ("colour", "pattern"), ("colour", "texture")):
            values = {f: getattr(o, f) for f in fields}
            if "plain" not in values.values() and not any(
                all(getattr(r, f) == v for f, v in values.items()) for r in rivals
            ):
                return f"the {noun(o.category, values, self.rng)}"
        return ""

    def _kind(self, category: str) -> str:
        n = len(self.facts.of(category))
        return counted(n, noun(category, {}, self.rng), noun(category, {}, self.rng, many=True))

    def _group(self, group: tuple[str, str]) -> str:
        """ "two red cars"; the pattern is said where the whole group shares it."""
        category, colour = group
        members = [o for o in self.facts.of(category) if o.colour == colour]
        said = {"colour": colour}
        ((pattern, share),) = Counter(o.pattern for o in members).most_common(1)
        if share == len(members) and pattern != "plain" and self.rng.random() < 0.7:
            said["pattern"] = pattern
        one, many = (noun(category, said, self.rng, many=m) for m in (False, True))
        return counted(len(members), one, many)

    def _setting(self) -> str:
        return expand(SETTINGS[self.scene.background.kind], self.rng).lower()
