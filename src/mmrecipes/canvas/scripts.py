"""Languages that pictures are made in: script, direction, and the font families that set each.

Covered: 22 languages in ten scripts. Latin, Greek and Cyrillic are set by the bundled families; the others by a fixed
list of families that one or two Debian packages bring, in this order, all of which must be there: what else a machine
has changes nothing. Not covered: words of these languages (see `render.corpora.texts`).
"""

from __future__ import annotations

import bisect
import functools
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from mmrecipes.canvas.fonts import FAMILIES, INSTALLED_FAMILIES, Class, Face, covering_families, face, uncovered
from mmrecipes.core.errors import FontError

Script = Literal["Latn", "Grek", "Cyrl", "Arab", "Hebr", "Deva", "Thai", "Hani", "Hang", "Jpan", "Zyyy"]
"""ISO 15924. `Hani`: ideographs; `Jpan`: kana, and the script of the language; `Zyyy`: shared by all."""
Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Language:
    """A language. `letters` are those that its faces must have; `families` is empty where bundled ones serve;
    `debian` names the packages to install, blank-separated, and is empty where none is needed."""

    code: str
    name: str
    native: str
    script: Script
    letters: str
    families: tuple[str, ...] = ()

    @property
    def direction(self) -> Direction:
        return "rtl" if self.script in ("Arab", "Hebr") else "ltr"

    @property
    def debian(self) -> str:
        return " ".join(dict.fromkeys(INSTALLED_FAMILIES[f].debian for f in self.families))


_ARABIC = ("Noto Sans Arabic", "Noto Naskh Arabic", "Noto Kufi Arabic", "Amiri")
_HEBREW = ("Noto Sans Hebrew", "Noto Serif Hebrew")
_DEVANAGARI = ("Noto Sans Devanagari", "Noto Serif Devanagari")
_THAI = ("Noto Sans Thai", "Noto Serif Thai", "Noto Looped Thai")


def _cjk(place: str) -> tuple[str, ...]:
    return (f"Noto Sans CJK {place}", f"Noto Serif CJK {place}")


LANGUAGES: dict[str, Language] = {
    lang.code: lang
    for lang in (
        Language("en", "English", "English", "Latn", "é’“”–—"),
        Language("de", "German", "Deutsch", "Latn", "ÄÖÜäöüß„“–"),
        Language("fr", "French", "français", "Latn", "ÀÂÆÇÈÉÊËÎÏÔŒÙÛÜàâæçèéêëîïôœùûü«»’\u00a0"),
        Language("es", "Spanish", "español", "Latn", "ÁÉÍÑÓÚÜáéíñóúü¿¡«»ºª"),
        Language("pt", "Portuguese", "português", "Latn", "ÀÁÂÃÇÉÊÍÓÔÕÚàáâãçéêíóôõúºª"),
        Language("it", "Italian", "italiano", "Latn", "ÀÈÉÌÒÙàèéìòù«»’"),
        Language("pl", "Polish", "polski", "Latn", "ĄĆĘŁŃÓŚŹŻąćęłńóśźż„”–"),
        Language("cs", "Czech", "čeština", "Latn", "ÁČĎÉĚÍŇÓŘŠŤÚŮÝŽáčďéěíňóřšťúůýž„“"),
        Language("tr", "Turkish", "Türkçe", "Latn", "ÇĞİÖŞÜçğıöşüâî"),
        Language("vi", "Vietnamese", "Tiếng Việt", "Latn",
                 "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐƠƯàáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"),
        Language("ru", "Russian", "русский", "Cyrl",
                 "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя«»–№"),
        Language("uk", "Ukrainian", "українська", "Cyrl",
                 "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯабвгґдеєжзиіїйклмнопрстуфхцчшщьюя«»–№’"),
        Language("el", "Greek", "ελληνικά", "Grek",
                 "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψωΆΈΉΊΌΎΏάέήίόύώϊϋΐΰ«»"),
        Language("zh", "Chinese", "简体中文", "Hani", "中文数据，。（）：、", _cjk("SC")),
        Language("zh-Hant", "Chinese (traditional)", "繁體中文", "Hani", "中文數據，。（）：、", _cjk("TC")),
        Language("ja", "Japanese", "日本語", "Jpan", "日本語あいうアイウー、。（）", _cjk("JP")),
        Language("ko", "Korean", "한국어", "Hang", "한국어가나다", _cjk("KR")),
        Language("ar", "Arabic", "العربية", "Arab", "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي،؛؟٠١٢٣٤٥٦٧٨٩", _ARABIC),
        Language("fa", "Persian", "فارسی", "Arab", "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیئ،؛؟۰۱۲۳۴۵۶۷۸۹", _ARABIC),
        Language("he", "Hebrew", "עברית", "Hebr", "אבגדהוזחטיךכלםמןנסעףפץצקרשת", _HEBREW),
        Language("hi", "Hindi", "हिन्दी", "Deva",
                 "अआइईउऊऋएऐओऔकखगघचछजझटठडढणतथदधनपफबभमयरलवशषसहािीुूृेैोौंँः़्।०१२३४५६७८९",
                 _DEVANAGARI),
        Language("th", "Thai", "ไทย", "Thai", "กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮะัาำิีึืุูเแโใไ็่้๊๋์ๆฯ฿", _THAI),
    )
}  # fmt: skip

_RANGES: tuple[tuple[int, int, Script], ...] = (
    (0x41, 0x5A, "Latn"), (0x61, 0x7A, "Latn"), (0xAA, 0xAA, "Latn"), (0xBA, 0xBA, "Latn"), (0xC0, 0xD6, "Latn"),
    (0xD8, 0xF6, "Latn"), (0xF8, 0x24F, "Latn"), (0x370, 0x373, "Grek"), (0x375, 0x37D, "Grek"),
    (0x37F, 0x3FF, "Grek"), (0x400, 0x52F, "Cyrl"), (0x591, 0x5F4, "Hebr"), (0x600, 0x604, "Arab"),
    (0x606, 0x60B, "Arab"), (0x60D, 0x61A, "Arab"), (0x61C, 0x61E, "Arab"), (0x620, 0x63F, "Arab"),
    (0x641, 0x64A, "Arab"), (0x656, 0x66F, "Arab"), (0x671, 0x6FF, "Arab"), (0x750, 0x77F, "Arab"),
    (0x900, 0x950, "Deva"), (0x955, 0x963, "Deva"), (0x966, 0x97F, "Deva"), (0xE01, 0xE3A, "Thai"),
    (0xE40, 0xE5B, "Thai"), (0x1100, 0x11FF, "Hang"), (0x1E00, 0x1EFF, "Latn"), (0x1F00, 0x1FFF, "Grek"),
    (0x2E80, 0x2FD5, "Hani"), (0x3005, 0x3007, "Hani"), (0x3021, 0x3029, "Hani"), (0x3041, 0x3096, "Jpan"),
    (0x309D, 0x309F, "Jpan"), (0x30A1, 0x30FA, "Jpan"), (0x30FD, 0x30FF, "Jpan"), (0x3131, 0x318E, "Hang"),
    (0x3400, 0x4DBF, "Hani"), (0x4E00, 0x9FFF, "Hani"), (0xAC00, 0xD7A3, "Hang"), (0xF900, 0xFAD9, "Hani"),
    (0xFB1D, 0xFB4F, "Hebr"), (0xFB50, 0xFDFF, "Arab"), (0xFE70, 0xFEFC, "Arab"), (0xFF21, 0xFF3A, "Latn"),
    (0xFF41, 0xFF5A, "Latn"), (0x20000, 0x323AF, "Hani"),
)  # fmt: skip
"""Unicode's Scripts.txt, the ranges of the scripts above."""
_STARTS = [low for low, _, _ in _RANGES]
_SPEAKERS: dict[Script, str] = {lang.script: lang.code for lang in reversed(LANGUAGES.values())}
"""The language whose faces set a foreign word in a script: the first that is written in it."""


def language(code: str) -> Language:
    """The language of a code; raises `FontError` naming the known ones."""
    if code not in LANGUAGES:
        raise FontError(f"no language {code!r}; known: {', '.join(LANGUAGES)}")
    return LANGUAGES[code]


@functools.lru_cache(maxsize=20_000)
def script_of(ch: str) -> Script:
    """The script of a character; `Zyyy` for digits, punctuation, marks and whatever is not listed here."""
    at = bisect.bisect_right(_STARTS, ord(ch)) - 1
    return _RANGES[at][2] if at >= 0 and ord(ch) <= _RANGES[at][1] else "Zyyy"


def main_script(text: str) -> Script:
    """The script of most letters of a text, the first one where two are level; `Zyyy` when it has none."""
    counts: dict[Script, int] = {}
    for ch in text:
        if (script := script_of(ch)) != "Zyyy":
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda s: counts[s]) if counts else "Zyyy"


_UNBUNDLED = frozenset(lang.script for lang in LANGUAGES.values() if lang.families)


def language_of_texts(texts: Iterable[str], share: float = 0.2) -> str:
    """The language whose faces set a user's texts: English, whose faces are bundled (and set Greek and Cyrillic, too),
    unless at least this share of the letters is of a script that they lack.

    Told by letters alone: Han letters without kana are Chinese, Arabic ones without Persian letters Arabic.
    """
    letters = [ch for text in texts for ch in text if script_of(ch) != "Zyyy"]
    foreign = "".join(ch for ch in letters if script_of(ch) in _UNBUNDLED)
    if not foreign or len(foreign) < share * len(letters):
        return "en"
    script = main_script(foreign)
    if script == "Hani" and any(script_of(ch) == "Jpan" for ch in foreign):
        return "ja"
    return "fa" if script == "Arab" and any(ch in foreign for ch in "پچژگ") else _SPEAKERS[script]


def lacking(texts: Iterable[str], code: str) -> str:
    """The printed characters, sorted, that neither the faces of a language nor their companions set.

    Raises `FontError` when the fonts of the language are not installed.
    """
    if not language(code).families:
        return uncovered(texts)
    found = faces_for(code)[0]
    needed = {ch for text in texts for ch in text if ch.isprintable() and ord(ch) not in found.coverage}
    return "".join(sorted(ch for ch in needed if _without_face(ch, found, code)))


def _without_face(ch: str, found: Face, code: str) -> bool:
    try:
        return companion(ch, found, code) is None
    except FontError:
        return True


@functools.cache
def families_for(code: str, kinds: tuple[Class, ...] = ()) -> tuple[str, ...]:
    """Names of the families that set a language, in their fixed order; of these kinds where any is of them.

    Bundled families (in their order) that have all its letters, or the language's own list.
    """
    lang = language(code)
    names = lang.families or tuple(covering_families(lang.letters))
    fitting = tuple(n for n in names if _kind(n) in kinds)
    return fitting or names


def faces_for(code: str, kinds: Sequence[Class] = (), *, bold: bool = False, italic: bool = False) -> list[Face]:
    """Faces that set a language, one per family: any of them serves. All kinds when none is named or none fits.

    Pass one of them to `text.shape_line`, which sets characters that it lacks in companions. Raises `FontError` that
    names the Debian package when a family of the language is not installed.
    """
    check_language(code)
    return [face(name, bold=bold, italic=italic) for name in families_for(code, tuple(kinds))]


@functools.cache
def language_of(family: str) -> str:
    """The first language that a family is listed for; English for bundled ones."""
    return next((code for code, lang in LANGUAGES.items() if family in lang.families), "en")


@functools.cache
def check_language(code: str) -> None:
    """Raises `FontError` that names the Debian package when a family of the language is missing or lacks a letter."""
    lang = language(code)
    for name in families_for(code):
        for bold in (False, True):
            found = face(name, bold=bold)
            if missing := [ch for ch in lang.letters if ord(ch) not in found.coverage and script_of(ch) != "Zyyy"]:
                raise FontError(
                    f"{found.path} has no {''.join(missing)} of {lang.name}; install another version of {lang.debian}"
                )


def _kind(family: str) -> Class:
    return (FAMILIES.get(family) or INSTALLED_FAMILIES[family]).kind


_COMPANIONS: dict[Class, tuple[str, ...]] = {
    "sans": ("Source Sans Pro", "DejaVu Sans"),
    "serif": ("Source Serif Pro", "DejaVu Serif", "DejaVu Sans"),
    "mono": ("DejaVu Sans Mono", "DejaVu Sans"),
}
_IDEOGRAPHIC: tuple[Script, ...] = ("Hani", "Jpan", "Hang")


@functools.lru_cache(maxsize=20_000)
def companion(ch: str, main: Face, code: str) -> Face | None:
    """The face that sets a character which `main` lacks: a Latin one of its kind, the first family of the kind in the
    character's script (in the language itself where it writes that script), DejaVu; None when none has it.

    Raises `FontError` when the family is not installed.
    """
    kind, bold, italic = _kind(main.family), "bold" in main.style, "italic" in main.style
    script, own = script_of(ch), LANGUAGES[code].script
    names = _COMPANIONS[kind]
    if script == "Zyyy" and unicodedata.east_asian_width(ch) in ("W", "F"):
        names = (families_for(code if own in _IDEOGRAPHIC else "zh", (kind,))[0], *names)
    elif script not in ("Latn", "Zyyy"):
        kindred = script == own or (script in _IDEOGRAPHIC and own in _IDEOGRAPHIC)
        names = (families_for(code if kindred else _SPEAKERS[script], (kind,))[0], *names)
    for name in names:
        found = face(name, bold=bold, italic=italic)
        if ord(ch) in found.coverage:
            return found
    return None
