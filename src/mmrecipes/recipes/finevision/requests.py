"""What a user may ask for where a source has annotations and no questions: data in the grammar of `world/wording`.

Covered: a bank per kind of annotation, large and even enough that no wording makes up more than 3 % of a task. A zero
character is where `request` puts a value. Not covered: other languages than English.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from mmrecipes.core.text import put
from mmrecipes.world.wording import word

_PIC = "[picture|image]"
_THIS = f"[this|the] {_PIC}"
_ASK = "[|please|kindly]"
_STATE = "[state|say|tell me|give|write down|name]"

CAPTION_SHORT = (
    f"[write|give|compose|suggest|find] a [short|brief|concise|one-line] [caption|description] [for|of] {_THIS}.",
    f"[describe|summarise|caption|sum up] {_THIS} [briefly|in a few words|in one sentence|in short].",
    f"{_ASK} [say|tell me|put into words] [in brief|in a sentence|shortly] what {_THIS} [shows|is about].",
    f"[in a few words|in one sentence|briefly], what [does {_THIS} show|is shown here|can be seen in {_THIS}]?",
    f"what would be a [fitting|good|suitable|short] [caption|line of text] [for|under] {_THIS}?",
)
CAPTION_LONG = (
    f"[write|give|compose|provide] a [detailed|thorough|full|rich] [description|account] of {_THIS}.",
    f"[describe|explain] {_THIS} [in detail|thoroughly|at length|as fully as you can].",
    f"{_ASK} [describe|tell me] [everything that|all that|whatever] [can be seen|is visible|is shown] in {_THIS}.",
    f"what [can be seen|is there to see|is going on|is shown] in {_THIS}? [be thorough|go into detail|tell it all].",
    f"[go through|walk me through] {_THIS} and [describe|report|set out] [all of it|every part of it|what you find].",
)
CLASS_OPEN = (
    f"what is the [main |]subject of {_THIS}?",
    f"[which|what] [class|category|kind of thing] [does {_THIS} show|is shown in {_THIS}|do you see here]?",
    f"[classify|categorise|identify|label] what {_THIS} [shows|depicts|presents].",
    f"{_STATE} the [class|category|label] [of|for] {_THIS}.",
    f"{_ASK} [identify|recognise|name] [the main thing|what is shown|the subject] in {_THIS}.",
    f"[under which heading|in which category|in which class] [does {_THIS} belong|would you file {_THIS}]?",
)
CLASS_CHOICE = (
    f"which of [these|the following|the options below] [is shown|can be seen|is depicted] in {_THIS}?",
    f"[choose|select|pick|find] the [class|category|label|option] that [fits|matches|describes|suits] {_THIS}.",
    f"what does {_THIS} show? [choose|pick|select] [one option|one of the options|from the options].",
    f"[which|what] [option|label|answer|category] [fits|describes|matches|suits] {_THIS} [best|]?",
    f"[one|a single one|exactly one] of [these|the following] is [shown|depicted|visible] in {_THIS}: which?",
)
LETTER_ONLY = (
    "[answer|reply|respond] with the [option's |]letter [only|alone|and nothing else].",
    "[give|state|write] [only|just|nothing but] the letter.",
    "[only the letter is needed|the letter is enough|a letter will do].",
)
_FORM = (
    '[answer|reply|respond] [as|in] JSON: [a list of objects|one list with objects|objects in a list] with "label" and '
    '"box", [a box being|each box] a list of x0, y0, x1, y1 [as shares of|relative to] width and height.'
)
BOXES_ALL = (
    f"[find|locate|detect|box] [all|the] [objects|things|items] in {_THIS}. {_FORM}",
    f"[where|in which places] are the [objects|things|items] in {_THIS}? {_FORM}",
    f"[list|report|give] [every|each] [object|thing|item] in {_THIS} [with its box|and where it is]. {_FORM}",
)
BOXES_OF = (
    f"[find|locate|detect|box] [everything|all] of the [kind|class] \x00 in {_THIS}. {_FORM}",
    f"[where|in which places] [is there|do you see] anything of the [kind|class] \x00 in {_THIS}? {_FORM}",
    f"[list|report|give] the boxes of [the class|the category|all of the kind] \x00 in {_THIS}. {_FORM}",
)
_POINT = (
    '[answer|reply|respond] [as|in] JSON: [a list of objects|one list with objects|objects in a list] with "label" and '
    '"point", [a point being|each point] a list of x, y [as shares of|relative to] width and height.'
)
POINTS_ALL = (
    f"[point at|point to|mark] [all|the] [objects|things|items] in {_THIS}. {_POINT}",
    f"[at which points|at what places] are the [objects|things|items] in {_THIS}? {_POINT}",
    f"[list|report|give] a point [on|for] [every|each] [object|thing|item] in {_THIS}. {_POINT}",
)
POINTS_OF = (
    f"[point at|point to|mark] [everything|all] that is \x00 in {_THIS}. {_POINT}",
    f"[at which points|at what places] is \x00 in {_THIS}? {_POINT}",
    f"[list|report|give] a point [on|for] [every|each] \x00 in {_THIS}. {_POINT}",
)
TRANSCRIBE = (
    f"[read|transcribe|write out|copy out|type out] [all|all of|] the text in {_THIS}.",
    f"[what|which words] [does {_THIS} say|is written in {_THIS}|can be read in {_THIS}]?",
    f"{_ASK} [give|return|produce] the [full|complete|whole] text of {_THIS}[, line by line|].",
    f"[transcribe|write down|extract] [everything|every word|all] that is [written|printed|legible] in {_THIS}.",
    f"[which|what] text [stands|is|can be found|is shown] in {_THIS}? [read it out|write it out|give all of it].",
)
VALUE_OF = (
    f"what is the [value|entry|content] of \x00 in {_THIS}?",
    f"{_STATE} the [value|entry] [of|for] \x00 in {_THIS}.",
    f"[what|which value] does {_THIS} [give|state|have|show] [for|under] \x00?",
    f"[read|look up|find|extract] \x00 [in|from] {_THIS}.",
    f"{_ASK} [tell me|look up|report] [what is entered|what stands] [under|for|at] \x00.",
)
ALL_VALUES = (
    f"[extract|read|collect] [all|the] [fields|pairs|entries] [in|of] {_THIS} [as|into] [JSON|a JSON object].",
    f"[turn|convert] {_THIS} into [a JSON object|JSON] with [all its|its] [fields|keys and values|entries].",
    f"[which|what] [fields|entries|keys and values] does {_THIS} [have|hold|show]? [answer|reply|respond] in JSON.",
    f"[give|return|write] a JSON object [with|of] [every field|all fields|every key and its value] in {_THIS}.",
)
MARKUP = (
    f"[convert|turn|transform|translate] {_THIS} [into|to] \x00.",
    f"[write|give|produce|generate] the \x00 [for|of|that reproduces|that yields] [what is shown|{_THIS}|the content].",
    f"{_ASK} [recreate|rebuild|reproduce|express] {_THIS} [in|as] \x00.",
    f"[what|which] \x00 [gives|produces|would produce|yields] {_THIS}?",
    f"[render|set|code|put down] [what {_THIS} shows|the content of {_THIS}] [in|as] \x00.",
)
_ACTION = (
    '[Answer|Reply|Respond] with [one|a single] JSON object of "name" and "arguments"[, points as shares of width and '
    "height|]."
)
ACTION = (
    f"[your|the] task: \x00\n[What is the next action on it|Which action comes next|What do you do now]? {_ACTION}",
    f"[this|here] is the screen [at the moment|now|as it is]. [The goal|What is to be done]: \x00\n"
    f"[Give|Name|Choose|State] the next action. {_ACTION}",
    f"[look at|study] [the|this] screen[shot|] and [decide|say|work out] what to do next. [Goal|Task]: \x00\n{_ACTION}",
)


def request(bank: Sequence[str], rng: Random, value: str = "") -> str:
    """One request of a bank; the value stands where the bank leaves room for it, exactly as it is."""
    wording = word([frame.replace("\n", "\x01") for frame in bank], rng)
    return put(wording.replace("\x01", "\n"), "\x00", value)
