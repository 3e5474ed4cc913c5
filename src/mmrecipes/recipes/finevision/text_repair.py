"""One clean form of a text: applied again it changes nothing.

Covered: composed Unicode, control characters, UTF-8 read as Windows-1252, template tokens of other trainers, runs of
blanks and punctuation, marks of options. What stands between fences of code is only freed of control characters; lists,
emoji, indentation and every script stay. Not covered: spelling, markup that is no fence (the caller says so).
"""

from __future__ import annotations

import re

from mmrecipes.core.text import normalised

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_FENCE = re.compile(r"(```.*?(?:```|\Z))", re.DOTALL)
_NUMBERED = re.compile(r"<image[ _]?(\d{1,2})>", re.IGNORECASE)
_TOKEN = re.compile(
    r"<\|(?:im_start|im_end|endoftext|eot_id|begin_of_text|end_of_text|start_header_id|end_header_id|vision_start|"
    r"vision_end|image_pad|image|video_pad|image_\d+|user|assistant|system|end|eom_id|object_ref_start|object_ref_end)\|>"
    r"|</?(?:image|img|video|ImageHere|image_placeholder|im_start|im_end|im_patch|IMG_CONTEXT)>"
    r"|\[/?INST\]|<</?SYS>>|<(?:bos|eos|pad|unk)>|<(?:start|end)_of_(?:turn|image)>|^<s>|</s>\s*$",
)
_BLANKS = re.compile(r"(?<=\S)[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]{2,}(?=\S)|[ \t\u00a0\u3000]+$", re.MULTILINE)
_LINES = re.compile(r"\n{3,}")
_MARKS = re.compile(r"([!?,;])\1{2,}")
_DOTS = re.compile(r"\.{4,}")
_TRAIL = "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
"""What Windows-1252 makes of the second and later bytes of a character in UTF-8."""
_MOJIBAKE = re.compile(f"[ÂÃ]{_TRAIL}|â{_TRAIL}{{2}}|ðŸ{_TRAIL}{{2}}")
_OPTION = re.compile(r"^[ \t]*(?:\(([A-J])\)|\[([A-J])\]|([A-J])[.)、．])[ \t]*(?=\S)(.*)$", re.MULTILINE)
_BARE = re.compile(r"\(([A-J])\)\.?|\[([A-J])\]|([A-J])[.)]")
_ANSWERED = re.compile(r"(?:\(([A-J])\)|\[([A-J])\]|([A-J])\))[ \t]*(?=\S)")


def repaired(text: str, keep_form: bool = False) -> str:
    """The clean form. `keep_form` says that the text is data as a whole: only its characters are cleaned."""
    while True:
        once = _once(text, keep_form)
        if once == text:
            return text
        text = once


def _once(text: str, keep_form: bool) -> str:
    text = _CONTROL.sub("", normalised(_without_mojibake(text)))
    if keep_form:
        return text.strip("\n")
    pieces = _FENCE.split(text)
    return "".join(piece if place % 2 else _prose(piece) for place, piece in enumerate(pieces)).strip()


def _prose(text: str) -> str:
    text = _NUMBERED.sub(r"image \1", text)
    text = _TOKEN.sub("", text)
    text = _BLANKS.sub(lambda m: " " if m[0] and m.end() < len(text) and text[m.end()] != "\n" else "", text)
    return _LINES.sub("\n\n", _MARKS.sub(r"\1", _DOTS.sub("...", text)))


def _without_mojibake(text: str) -> str:
    """Sequences that are UTF-8 read as Windows-1252 as what they were; those that are none stay."""
    return text if text.isascii() else _MOJIBAKE.sub(_read_again, text)


def _read_again(found: re.Match[str]) -> str:
    try:
        return b"".join(_byte(c) for c in found[0]).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return found[0]


def _byte(character: str) -> bytes:
    """The byte that a character was read from; Windows-1252 leaves five bytes undefined, which stand for themselves."""
    return character.encode("latin-1" if ord(character) < 256 else "cp1252")


def lettered(question: str) -> str:
    """The question with its options as `A. text`, where two or more stand on lines of their own in order."""
    marks = [m[1] or m[2] or m[3] for m in _OPTION.finditer(question)]
    if len(marks) < 2 or marks != list("ABCDEFGHIJ"[: len(marks)]):
        return question
    return _OPTION.sub(lambda m: f"{m[1] or m[2] or m[3]}. {m[4]}", question)


def lettered_answer(answer: str) -> str:
    """An answer that is a letter, or begins with one in brackets, in the form of the options."""
    if bare := _BARE.fullmatch(answer):
        return bare[1] or bare[2] or bare[3]
    return _ANSWERED.sub(lambda m: f"{m[1] or m[2] or m[3]}. ", answer, count=1) if _ANSWERED.match(answer) else answer
