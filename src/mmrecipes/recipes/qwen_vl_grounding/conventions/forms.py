"""How numbers and phrases are spelled: writing them, and reading them back from a model's answer.

Covered: the eight spellings of the ten conventions, for boxes, points and (where a model has them) quads, as a
block of mentions and, where the spelling allows it, inside running text. Not covered: polygons and masks.

Reading is forgiving where the meaning is certain (blanks, Markdown fences, prose around the block, floats,
reversed corners) and says so in `Mention.flags`; it raises `Unreadable` where it is not (a missing or unclosed
tag, a number out of range). Points by analogy: only Shikra, Qwen2.5-VL, Qwen3-VL and Molmo publish a point
form; elsewhere a point is a place with one corner instead of two, in the model's own tags.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from mmrecipes.recipes.qwen_vl_grounding.conventions.scales import Numbers, Size

Kind = Literal["box", "quad", "point"]
LENGTHS: dict[Kind, int] = {"point": 2, "box": 4, "quad": 8}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_FENCE = re.compile(r"^\s*```[\w-]*\s*$", re.MULTILINE)


class Unreadable(ValueError):
    """Text in which the places cannot be read with certainty; `reason` is `missing_tag`, `malformed`,
    `out_of_range` or `wrong_kind`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase and one place; `phrase` is empty where the spelling does not mark it."""

    phrase: str
    numbers: Numbers
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grounded:
    """A phrase and its places, to be written."""

    phrase: str
    places: tuple[Numbers, ...]


@dataclass(frozen=True, slots=True)
class CaptionReading:
    """A caption without its markers, and per mention the offset at which its phrase ends."""

    plain: str
    mentions: tuple[tuple[int, Mention], ...]


class Form(Protocol):
    """One spelling of phrases and places."""

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of place it can spell."""
        ...

    @property
    def inline(self) -> bool:
        """Whether places can stand inside running text."""
        ...

    def write(self, items: Sequence[Grounded]) -> str:
        """A block of phrases with their places."""
        ...

    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        """Every place of this kind in the text, in order. Raises `Unreadable`."""
        ...

    def around(self, item: Grounded) -> tuple[str, str]:
        """What to insert before and after the phrase in running text (inline forms only)."""
        ...

    def read_caption(self, text: str, kind: Kind, limits: Size) -> CaptionReading:
        """Undo `around` (inline forms only). Raises `Unreadable`."""
        ...

    def name(self, phrase: str) -> str:
        """How a phrase is written in a question about it."""
        ...

    def place(self, numbers: Numbers) -> str:
        """How a place is written in a question about it."""
        ...

    def opening(self, phrase: str) -> str:
        """What a bare prompt ends in so that the model goes on with the place, after the phrase."""
        ...

    def spelled(self, numbers: Numbers) -> list[float | int]:
        """The numbers as they stand in the text, in the order of the text."""
        ...


def checked(values: Sequence[str | float], kind: Kind, limits: Size, unit: float = 1.0) -> tuple[Numbers, list[str]]:
    """Whole numbers from spelled ones (multiplied by `unit`), repaired where the meaning is certain."""
    if len(values) != LENGTHS[kind]:
        raise Unreadable("wrong_kind", f"{len(values)} numbers where a {kind} has {LENGTHS[kind]}")
    flags: list[str] = []
    scaled = [float(v) * unit for v in values]
    whole = [round(v) for v in scaled]
    if any(abs(v - w) > 1e-6 for v, w in zip(scaled, whole, strict=True)):
        flags.append("float")
    for i, v in enumerate(scaled):
        if not -1e-6 <= v <= limits[i % 2] + 1e-6:
            raise Unreadable("out_of_range", f"{values[i]} is not within 0..{limits[i % 2] / unit:g}")
    if kind == "box":
        upright = [min(whole[0], whole[2]), min(whole[1], whole[3]), max(whole[0], whole[2]), max(whole[1], whole[3])]
        if upright != whole:
            whole = upright
            flags.append("reversed")
    return tuple(whole), flags


def unfenced(text: str) -> str:
    """The text without Markdown code fences."""
    return _FENCE.sub("", text)


def _pairs(values: Sequence[str]) -> str:
    return ",".join(f"({values[i]},{values[i + 1]})" for i in range(0, len(values), 2))


@dataclass(frozen=True, slots=True)
class Tagged:
    """Qwen-VL and Qwen2-VL: the phrase between ref tags, then its places between box or quad tags."""

    ref: tuple[str, str]
    box: tuple[str, str]
    quad: tuple[str, str]
    kinds: frozenset[Kind] = frozenset({"box", "quad", "point"})
    inline: bool = True

    def place(self, numbers: Numbers) -> str:
        opened, closed = self.quad if len(numbers) == 8 else self.box
        return f"{opened}{_pairs([str(v) for v in numbers])}{closed}"

    def name(self, phrase: str) -> str:
        return f"{self.ref[0]}{phrase}{self.ref[1]}"

    def around(self, item: Grounded) -> tuple[str, str]:
        return self.ref[0], self.ref[1] + "".join(map(self.place, item.places))

    def write(self, items: Sequence[Grounded]) -> str:
        return " ".join(item.phrase.join(self.around(item)) for item in items)

    def opening(self, phrase: str) -> str:
        return self.name(phrase) + self.box[0]

    def spelled(self, numbers: Numbers) -> list[float | int]:
        return list(numbers)

    def _pattern(self, kind: Kind) -> re.Pattern[str]:
        opened, closed = map(re.escape, self.quad if kind == "quad" else self.box)
        number = r"\s*-?\d+(?:\.\d+)?\s*"
        pair = rf"\s*\({number},{number}\)\s*"
        places = rf"{opened}{pair}(?:,{pair})*{closed}"
        ref = f"{re.escape(self.ref[0])}(?P<phrase>.*?){re.escape(self.ref[1])}"
        return re.compile(rf"(?:{ref}\s*)?(?P<places>{places}(?:\s*{places})*)", re.DOTALL)

    def _mentions(self, found: re.Match[str], kind: Kind, limits: Size) -> list[Mention]:
        closed = (self.quad if kind == "quad" else self.box)[1]
        mentions = []
        for place in found["places"].split(closed)[:-1]:
            numbers, flags = checked(_NUMBER.findall(place), kind, limits)
            mentions.append(Mention((found["phrase"] or "").strip(), numbers, tuple(flags)))
        return mentions

    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        text, pattern = unfenced(text), self._pattern(kind)
        mentions = [m for found in pattern.finditer(text) for m in self._mentions(found, kind, limits)]
        _nothing_left(pattern.sub("", text), (*self.ref, *self.box, *self.quad), mentions)
        return tuple(mentions)

    def read_caption(self, text: str, kind: Kind, limits: Size) -> CaptionReading:
        pattern = self._pattern(kind)
        reading = _stripped(text, pattern, lambda found: self._mentions(found, kind, limits))
        _nothing_left(reading.plain, (*self.ref, *self.box, *self.quad), [m for _, m in reading.mentions])
        return reading


@dataclass(frozen=True, slots=True)
class Bare:
    """Places written as decimals right after the phrase: Shikra's brackets and the list's `<box>` tags.

    The phrase is not marked: in a block it is what precedes the places on their line.
    """

    opened: str
    closed: str
    between: str
    """What separates two places of one phrase."""
    gap: str
    """What stands between a phrase and its places."""
    kinds: frozenset[Kind] = frozenset({"box", "point"})
    inline: bool = True

    def _decimals(self, numbers: Numbers) -> str:
        return ",".join(f"{v / 1000:.3f}" for v in numbers)

    def _places(self, places: Sequence[Numbers]) -> str:
        return f"{self.opened}{self.between.join(map(self._decimals, places))}{self.closed}"

    def place(self, numbers: Numbers) -> str:
        return self._places([numbers])

    def name(self, phrase: str) -> str:
        return phrase

    def around(self, item: Grounded) -> tuple[str, str]:
        return "", self.gap + self._places(item.places)

    def write(self, items: Sequence[Grounded]) -> str:
        return "\n".join(item.phrase + self.around(item)[1] for item in items)

    def opening(self, phrase: str) -> str:
        return phrase + self.gap + self.opened

    def spelled(self, numbers: Numbers) -> list[float | int]:
        return [v / 1000 for v in numbers]

    def _pattern(self, gap: str) -> re.Pattern[str]:
        opened, closed = re.escape(self.opened), re.escape(self.closed)
        number = r"\s*-?\d+(?:\.\d+)?\s*"
        place = f"{number}(?:,{number})+"
        between = re.escape(self.between)
        return re.compile(rf"{gap}{opened}(?P<places>{place}(?:{between}{place})*){closed}")

    def _mentions(self, found: re.Match[str], phrase: str, kind: Kind, limits: Size) -> list[Mention]:
        mentions = []
        for place in found["places"].split(self.between):
            numbers, flags = checked(_NUMBER.findall(place), kind, limits, unit=1000.0)
            mentions.append(Mention(phrase, numbers, tuple(flags)))
        return mentions

    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        pattern = self._pattern(r"\s*")
        mentions: list[Mention] = []
        for line in unfenced(text).splitlines():
            before, at = "", 0
            for found in pattern.finditer(line):
                before = line[at : found.start()].strip() or before
                at = found.end()
                mentions.extend(self._mentions(found, before, kind, limits))
        self._nothing_left(pattern.sub("", unfenced(text)), mentions)
        return tuple(mentions)

    def read_caption(self, text: str, kind: Kind, limits: Size) -> CaptionReading:
        pattern = self._pattern(re.escape(self.gap))
        reading = _stripped(text, pattern, lambda found: self._mentions(found, "", kind, limits))
        self._nothing_left(reading.plain, [m for _, m in reading.mentions])
        return reading

    def _nothing_left(self, rest: str, mentions: Sequence[Mention]) -> None:
        """A bracket is a marker only next to a number."""
        cut = re.search(rf"{re.escape(self.opened)}\s*-?\d|\d\s*{re.escape(self.closed)}", rest)
        _nothing_left(cut[0] if cut else "", (self.opened, self.closed), mentions)


@dataclass(frozen=True, slots=True)
class JsonList:
    """Qwen2.5-VL and Qwen3-VL: a JSON list of {"bbox_2d" or "point_2d", "label"}."""

    kinds: frozenset[Kind] = frozenset({"box", "point"})
    inline: bool = False

    def _entry(self, numbers: Numbers, phrase: str) -> str:
        key = "point_2d" if len(numbers) == 2 else "bbox_2d"
        values = ", ".join(map(str, numbers))
        return f'{{"{key}": [{values}], "label": {json.dumps(phrase, ensure_ascii=False)}}}'

    def place(self, numbers: Numbers) -> str:
        return f"[{', '.join(map(str, numbers))}]"

    def name(self, phrase: str) -> str:
        return phrase

    def around(self, item: Grounded) -> tuple[str, str]:
        raise NotImplementedError("places stand in a list after the text")

    def write(self, items: Sequence[Grounded]) -> str:
        entries = [self._entry(place, item.phrase) for item in items for place in item.places]
        return f"[{entries[0]}]" if len(entries) == 1 else "[\n\t" + ",\n\t".join(entries) + "\n]"

    def opening(self, phrase: str) -> str:
        return ""

    def spelled(self, numbers: Numbers) -> list[float | int]:
        return list(numbers)

    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        text = unfenced(text)
        key = "point_2d" if kind == "point" else "bbox_2d"
        mentions: list[Mention] = []
        for entry in _json_entries(text):
            values = entry.get(key)
            if not isinstance(values, list) or not all(isinstance(v, (int, float)) for v in values):
                raise Unreadable("wrong_kind", f"an entry without a list of numbers under {key}")
            numbers, flags = checked(values, kind, limits)
            mentions.append(Mention(str(entry.get("label", "")), numbers, tuple(flags)))
        if not mentions:
            raise Unreadable("malformed" if "_2d" in text else "missing_tag", "no JSON list of places")
        return tuple(mentions)

    def read_caption(self, text: str, kind: Kind, limits: Size) -> CaptionReading:
        raise NotImplementedError("places stand in a list after the text")


def _json_entries(text: str) -> list[dict[str, object]]:
    """The objects of the first JSON list of objects (or of a single object) in the text."""
    for found in re.finditer(r"[\[{]", text):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, found.start())
        except json.JSONDecodeError:
            continue
        entries = value if isinstance(value, list) else [value]
        if entries and all(isinstance(e, dict) for e in entries):
            return entries
    return []


@dataclass(frozen=True, slots=True)
class Patches:
    """Kosmos-2: `<phrase>t</phrase><object><patch_index_0044><patch_index_0863></object>`."""

    side: int = 32
    kinds: frozenset[Kind] = frozenset({"box", "point"})
    inline: bool = True
    tags: tuple[str, ...] = field(default=("<phrase>", "</phrase>", "<object>", "</object>", "<patch_index_"))

    def spelled(self, numbers: Numbers) -> list[float | int]:
        return [numbers[i + 1] * self.side + numbers[i] for i in range(0, len(numbers), 2)]

    def _indices(self, numbers: Numbers) -> str:
        return "".join(f"<patch_index_{v:04d}>" for v in self.spelled(numbers))

    def _places(self, places: Sequence[Numbers]) -> str:
        return f"<object>{'</delimiter_of_multi_objects/>'.join(map(self._indices, places))}</object>"

    def place(self, numbers: Numbers) -> str:
        return self._places([numbers])

    def name(self, phrase: str) -> str:
        return f"<phrase>{phrase}</phrase>"

    def around(self, item: Grounded) -> tuple[str, str]:
        return "<phrase>", "</phrase>" + self._places(item.places)

    def write(self, items: Sequence[Grounded]) -> str:
        return " ".join(item.phrase.join(self.around(item)) for item in items)

    def opening(self, phrase: str) -> str:
        return self.name(phrase) + "<object>"

    _PATTERN = re.compile(
        r"(?:<phrase>(?P<phrase>.*?)</phrase>\s*)?<object>(?P<places>(?:\s*(?:<patch_index_\d+>"
        r"|</delimiter_of_multi_objects/>))+)\s*</object>",
        re.DOTALL,
    )

    def _mentions(self, found: re.Match[str], kind: Kind, limits: Size) -> list[Mention]:
        mentions = []
        for place in found["places"].split("</delimiter_of_multi_objects/>"):
            indices = [int(v) for v in re.findall(r"\d+", place)]
            if any(v >= self.side**2 for v in indices):
                raise Unreadable("out_of_range", f"patch {max(indices)} of {self.side**2}")
            flat = [c for v in indices for c in (v % self.side, v // self.side)]
            numbers, flags = checked(flat, kind, limits)
            mentions.append(Mention((found["phrase"] or "").strip(), numbers, tuple(flags)))
        return mentions

    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        text = unfenced(text)
        mentions = [m for found in self._PATTERN.finditer(text) for m in self._mentions(found, kind, limits)]
        _nothing_left(self._PATTERN.sub("", text), self.tags, mentions)
        return tuple(mentions)

    def read_caption(self, text: str, kind: Kind, limits: Size) -> CaptionReading:
        reading = _stripped(text, self._PATTERN, lambda found: self._mentions(found, kind, limits))
        _nothing_left(reading.plain, self.tags, [m for _, m in reading.mentions])
        return reading


@dataclass(frozen=True, slots=True)
class LocAfter:
    """Florence-2: `label<loc_412><loc_388><loc_596><loc_703>`, several boxes after one label."""

    kinds: frozenset[Kind] = frozenset({"box", "quad", "point"})
    inline: bool = False

    def place(self, numbers: Numbers) -> str:
        return "".join(f"<loc_{v}>" for v in numbers)

    def name(self, phrase: str) -> str:
        return phrase

    def around(self, item: Grounded) -> tuple[str, str]:
        raise NotImplementedError("places stand in a list after the text")

    def write(self, items: Sequence[Grounded]) -> str:
        return "".join(item.phrase + "".join(map(self.place, item.places)) for item in items)

    def opening(self, phrase: str) -> str:
        return ""

    def spelled(self, numbers: Numbers) -> list[float | int]:
        return list(numbers)

    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        text = unfenced(text)
        mentions: list[Mention] = []
        pattern = re.compile(r"(?P<phrase>[^<>\n]*)(?P<places>(?:\s*<loc_-?\d+(?:\.\d+)?>)+)")
        for found in pattern.finditer(text):
            values, length = _NUMBER.findall(found["places"]), LENGTHS[kind]
            if len(values) % length:
                raise Unreadable("wrong_kind", f"{len(values)} numbers are not {kind}s of {length}")
            for i in range(0, len(values), length):
                numbers, flags = checked(values[i : i + length], kind, limits)
                mentions.append(Mention(found["phrase"].strip(), numbers, tuple(flags)))
        _nothing_left(pattern.sub("", text), ("<loc",), mentions)
        return tuple(mentions)

    def read_caption(self, text: str, kind: Kind, limits: Size) -> CaptionReading:
        raise NotImplementedError("places stand in a list after the text")


@dataclass(frozen=True, slots=True)
class LocBefore:
    """PaliGemma: `<loc0397><loc0422><loc0720><loc0610> kettle`, y before x, items joined by " ; "."""

    kinds: frozenset[Kind] = frozenset({"box", "point"})
    inline: bool = False

    def spelled(self, numbers: Numbers) -> list[float | int]:
        return [v for i in range(0, len(numbers), 2) for v in (numbers[i + 1], numbers[i])]

    def place(self, numbers: Numbers) -> str:
        return "".join(f"<loc{v:04d}>" for v in self.spelled(numbers))

    def name(self, phrase: str) -> str:
        return phrase

    def around(self, item: Grounded) -> tuple[str, str]:
        raise NotImplementedError("places stand in a list after the text")

    def write(self, items: Sequence[Grounded]) -> str:
        return " ; ".join(f"{self.place(place)} {item.phrase}" for item in items for place in item.places)

    def opening(self, phrase: str) -> str:
        return ""

    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        text = unfenced(text)
        mentions: list[Mention] = []
        pattern = re.compile(r"(?P<places>(?:<loc\d+>\s*)+)(?P<phrase>[^;<\n]*)")
        for found in pattern.finditer(text):
            values = _NUMBER.findall(found["places"])
            swapped = [values[i ^ 1] for i in range(len(values) // 2 * 2)]
            numbers, flags = checked(swapped, kind, limits)
            mentions.append(Mention(found["phrase"].strip(), numbers, tuple(flags)))
        _nothing_left(pattern.sub("", text), ("<loc",), mentions)
        return tuple(mentions)

    def read_caption(self, text: str, kind: Kind, limits: Size) -> CaptionReading:
        raise NotImplementedError("places stand in a list after the text")


@dataclass(frozen=True, slots=True)
class PointTags:
    """Molmo: `<point x="50.4" y="61.2" alt="t">t</point>`, several as x1 y1 x2 y2 in `<points>`."""

    kinds: frozenset[Kind] = frozenset({"point"})
    inline: bool = True

    def spelled(self, numbers: Numbers) -> list[float | int]:
        return [v / 10 for v in numbers]

    def place(self, numbers: Numbers) -> str:
        return f"({numbers[0] / 10:.1f}, {numbers[1] / 10:.1f})"

    def name(self, phrase: str) -> str:
        return phrase

    def around(self, item: Grounded) -> tuple[str, str]:
        tag, suffixes = ("point", [""]) if len(item.places) == 1 else ("points", [str(i + 1) for i in range(99)])
        at = " ".join(
            f'x{s}="{x / 10:.1f}" y{s}="{y / 10:.1f}"' for s, (x, y) in zip(suffixes, item.places, strict=False)
        )
        return f'<{tag} {at} alt="{item.phrase}">', f"</{tag}>"

    def write(self, items: Sequence[Grounded]) -> str:
        return " ".join(item.phrase.join(self.around(item)) for item in items)

    def opening(self, phrase: str) -> str:
        return ""

    _PATTERN = re.compile(r"<(points?)\s(?P<places>[^<>]*?)(?:\s+alt=\"[^\"]*\")?\s*>(?P<phrase>[^<]*)</\1>")

    def _mentions(self, found: re.Match[str], kind: Kind, limits: Size) -> list[Mention]:
        mentions = []
        for x, y in re.findall(r'x\d*\s*=\s*"([^"]*)"\s*y\d*\s*=\s*"([^"]*)"', found["places"]):
            if not (_NUMBER.fullmatch(x.strip()) and _NUMBER.fullmatch(y.strip())):
                raise Unreadable("malformed", f"x={x!r} y={y!r}")
            numbers, flags = checked([x, y], kind, limits, unit=10.0)
            mentions.append(Mention(found["phrase"].strip(), numbers, tuple(flags)))
        if not mentions:
            raise Unreadable("malformed", found[0])
        return mentions

    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        text = unfenced(text)
        mentions = [m for found in self._PATTERN.finditer(text) for m in self._mentions(found, kind, limits)]
        _nothing_left(self._PATTERN.sub("", text), ("<point", "</point"), mentions)
        return tuple(mentions)

    def read_caption(self, text: str, kind: Kind, limits: Size) -> CaptionReading:
        reading = _stripped(text, self._PATTERN, lambda found: self._mentions(found, kind, limits))
        _nothing_left(reading.plain, ("<point", "</point"), [m for _, m in reading.mentions])
        return reading


def _nothing_left(rest: str, markers: Sequence[str], mentions: Sequence[Mention]) -> None:
    """Raise `Unreadable` when markers remain outside the mentions, or when there was no mention."""
    left = [m for m in markers if m in rest]
    if left:
        raise Unreadable("malformed", f"{left[0]} outside a complete mention")
    if not mentions:
        raise Unreadable("missing_tag", "no place in the text")


def _stripped(
    text: str, pattern: re.Pattern[str], mentions_of: Callable[[re.Match[str]], list[Mention]]
) -> CaptionReading:
    """The text with every match replaced by its phrase (or by nothing), and where the phrases end."""
    plain, at = "", 0
    mentions: list[tuple[int, Mention]] = []
    for found in pattern.finditer(text):
        plain += text[at : found.start()] + (found.groupdict().get("phrase") or "")
        mentions.extend((len(plain), m) for m in mentions_of(found))
        at = found.end()
    return CaptionReading(plain + text[at:], tuple(mentions))


_BARE_PLACES = {JsonList: (re.compile(r"\[([^\[\]]*)\]"), 1.0), PointTags: (re.compile(r"\(([^()]*)\)"), 10.0)}


def read_places(form: Form, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
    """Places as `Form.place` writes them into a question. Raises `Unreadable`."""
    if type(form) not in _BARE_PLACES:
        return form.read(text, kind, limits)
    pattern, unit = _BARE_PLACES[type(form)]
    mentions = []
    for found in pattern.finditer(text):
        numbers, flags = checked([v.strip() for v in found[1].split(",")], kind, limits, unit)
        mentions.append(Mention("", numbers, tuple(flags)))
    if not mentions:
        raise Unreadable("missing_tag", "no place in the text")
    return tuple(mentions)
