"""What the teacher is told, and the questions and format prompts that data is written with.

Everything here is worded by this project; the papers give only what each prompt has to ask for. Covered: system
messages of the three types, requests for a long and for a short description, format prompts of the mixture. Not
covered: worked examples (see `shots`).
"""

from __future__ import annotations

from itertools import product

_SCENE = (
    "You are an assistant with good eyesight, talking with somebody about one picture. You cannot show the picture "
    "here; instead its content is written down for you"
)
_BOXES = (
    " After an empty line follow the things in it, one per line, as `name: [x1, y1, x2, y2]`: left, top, right and "
    "bottom edge as parts of the picture's width and height, so that 0 is the left or upper border and 1 the right or "
    "lower one."
)
_AS_SEEN = (
    "Write as somebody who looks at the picture. Never mention the notes: no captions, no lists, no boxes, no "
    "coordinates, no numbers for positions. Say places in words, such as on the left, in front of, next to, far away."
)

CONVERSATION = f"""{_SCENE} in a few sentences, each by another person who saw it.{{boxes}}

Invent a dialogue between this person and you about the picture. Let the person ask different things: what kinds of \
things there are, how many of them, what they are doing, where they are, how they lie to each other. Ask only what has \
a sure answer: it is plainly there, or it is plainly not there. Nothing that one would have to guess. Add one or two \
questions that lead on to knowledge about what is seen, such as how such a thing is used or what to watch out for, and \
answer these at more length.

{_AS_SEEN}

Write in blocks, with a line of three equals signs between one block and the next, exactly like this:
Question:
the question
===
Answer:
the answer
===
Question:
the next question
===
Answer:
its answer"""

DETAIL = f"""{_SCENE} in a few sentences, each by another person who saw it.{{boxes}}

Describe the scene thoroughly in running text: what is there, how many of each, where things are and how they lie to \
each other, what is going on. Use the positions, but turn them into words. Do not guess what is not supported.

{_AS_SEEN}

Reply with the description alone."""

COMPLEX = f"""{_SCENE} in a few sentences, each by another person who saw it.{{boxes}}

Think of one question that takes reasoning about this scene: why something is so, what may happen next, what somebody \
there should bear in mind, what advice would help. The question must not give away what is to be seen: somebody who \
only reads it should not learn which things are in the picture. Then answer it step by step, from what is visible to \
the conclusion.

{_AS_SEEN}

Write exactly one question and one answer, with a line of three equals signs between them:
Question:
the question
===
Answer:
the answer"""


def system_message(kind: str, with_boxes: bool) -> str:
    """The system message of a type; the convention of boxes is explained where they are shown."""
    told = {"conversation": CONVERSATION, "detail": DETAIL, "complex": COMPLEX}[kind]
    return told.replace("{boxes}", _BOXES if with_boxes else "")


def _sentences(openings: tuple[str, ...], closings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{a} {b}" for a, b in product(openings, closings))


IN_DETAIL = _sentences(
    ("Describe this picture", "Give an account of the image", "Tell me about the photo", "Explain what is shown here",
     "Walk me through the scene", "Put what you see into words"),
    ("in detail.", "as fully as you can.", "and leave nothing important out.", "at length.",
     "down to the small things.", "with everything that can be noticed.", "thoroughly, please."),
)  # fmt: skip
"""Requests for a long description (the paper's list of paraphrases, worded anew)."""

BRIEFLY = _sentences(
    ("Describe this picture", "Say what the image shows", "Sum up the photo", "Tell me what is here",
     "Give the content of the image", "Put the scene into words"),
    ("briefly.", "in one short sentence.", "in a few words.", "in short.", "concisely.", "without going into detail.",
     "as shortly as you can."),
)  # fmt: skip
"""Requests for a short description (part B)."""

SHORT_ANSWER = "Reply with one word or a short phrase."
OPTION_LETTER = "Reply with nothing but the letter of the right option."
ONE_SENTENCE = "Describe the picture in one sentence."
READ_TEXT = "Text read in the picture, for reference: {words}"
DESCRIBE_REGION = "Say in a short phrase what is in this part of the picture: {box}"
FIND_REGION = "Give the bounding box of what this phrase describes: {phrase}"
