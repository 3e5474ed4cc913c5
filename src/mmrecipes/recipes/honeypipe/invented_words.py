"""Words of the invented pool, in the grammar of `world/wording`: plain data."""

from __future__ import annotations

from collections.abc import Callable

BREVITY = (
    " Answer with one word.",
    "\nAnswer the question using a single word or phrase.",
    " Give only the answer.",
    " Answer in one word or a short phrase.",
    "\nPlease answer directly.",
    " No explanation is needed.",
    " Reply with a single word.",
    " Keep it short.",
    " Just give the answer.",
    " Answer briefly.",
    "\nDo not explain.",
    " One word only.",
    "\nAnswer with a single word or phrase.",
    " Provide a short answer.",
)
"""What community data adds to a question to make its answer short."""

OPTION_REQUESTS = (
    "\nAnswer with the option's letter from the given choices directly.",
    "\nAnswer with the letter only.",
    "\nPlease answer with the letter of the correct option.",
    "\nGive only the letter.",
    "",
    "",
)

_PIC = "[picture|image|scene|illustration]"
CAPTION_REQUESTS = (
    f"[Write|Give|Compose] a [short |]caption for this {_PIC}.",
    f"[Describe|Please describe|Could you describe] [this|the] {_PIC}[| in a few sentences].",
    f"What [does this {_PIC} show|is shown in this {_PIC}|can be seen in this {_PIC}]?",
    f"[Tell me what is|Say what is|Put into words what is] in this {_PIC}.",
    f"[How would you describe this {_PIC}?|What would you write under this {_PIC}?]",
    f"[Summarise|Caption] [this|the] {_PIC}.",
)
TAG_REQUESTS = (
    f"[List|Give|Name] [tags|keywords] for this {_PIC}.",
    f"Which [tags|keywords|labels] [suit|fit|describe] this {_PIC}?",
    f"[Tag|Label|Index] this {_PIC}.",
)
BOX_REQUESTS = (
    "Where is {x}?[| Give the box.| Answer with its box in pixels.]",
    "[Locate|Find|Point out] {x}[.|, please.|. Give the box.|. Answer with its box in pixels.]",
    "[Give|Tell me|Return] the [bounding box|box|coordinates] of {x}.",
    "In which box [lies|is|does one find] {x}?",
    "[Detect|Box in|Frame] {x} and [give|return|write] its [box|coordinates].",
)

_SHOP = "[A shop|A baker|A market stall|A library|A school|A garden centre]"
_THINGS = "[apples|books|tickets|pencils|chairs|bottles|plants|stamps]"
_WHO = "[Ada|Ben|Chen|Dilara|Emeka|Fatima|Goran|Hana|Ivo|Jana|Kofi|Lena]"
SUMS: tuple[tuple[str, str, Callable[[int, int, int], int]], ...] = (
    (f"{_SHOP} has {{a}} {_THINGS} and gives away {{b}} of them. How many are left?", "{a} - {b} = {r}",
     lambda a, b, c: a - b),
    (f"{_WHO} has {{a}} {_THINGS}, which is {{b}} more than a friend has. How many do both have together?",
     "{a} + ({a} - {b}) = {a} + {c} = {r}", lambda a, b, c: 2 * a - b),
    (f"{_WHO} buys {{b}} boxes with {{c}} {_THINGS} in each. How many is that in all?", "{b} x {c} = {r}",
     lambda a, b, c: b * c),
    ("[A train|A bus|A ferry] carries {a} people. {b} get off and {c} get on. How many are on board now?",
     "{a} - {b} + {c} = {r}", lambda a, b, c: a - b + c),
    (f"{_WHO} reads {{c}} pages a day for {{b}} days and then {{a}} more. How many pages is that in all?",
     "{b} x {c} + {a} = {r}", lambda a, b, c: b * c + a),
    ("[What is {c} times {b}?|Compute {c} times {b}.|Work out {c} multiplied by {b}.|How much is {c} times {b}?]",
     "{c} x {b} = {r}", lambda a, b, c: b * c),
    ("[A rectangle|A field|A carpet|A wall] is {c} m long and {b} m wide. [What is its perimeter in metres?|How many "
     "metres is it all around?]", "2 x ({c} + {b}) = {r}", lambda a, b, c: 2 * (b + c)),
)  # fmt: skip
"""A problem in words, its calculation, and its result, from (a, b, c), where a = b + c."""
