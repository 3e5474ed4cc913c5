"""The sentence frames of captions, in the grammar of `wording`: data only.

Slots: {things} objects with counts, {setting} where, {be} is or are, {s} the verb's ending, {name}, {a}, {b} definite
noun phrases, {rel} a relation, {how} an attribute, {side} where light comes from.
"""

from __future__ import annotations

SETTINGS = {
    "meadow": "[in a meadow|on a grassy field|out in a meadow|in the grass|on a meadow under a wide sky]",
    "street": "[on a street|along a street|in a street|on a city street|in front of a row of buildings]",
    "beach": "[on a beach|by the sea|at the seaside|on a sandy beach|at the beach]",
    "room": "[in a room|inside a room|indoors|in a room with a wooden floor|in a living room]",
    "desk": "[on a desk|on a wooden desk|on a work surface|on a wooden surface|on a desk by a wall]",
    "snow": "[in the snow|in a snowy landscape|on a snowy field|on snow|in a winter landscape]",
    "night": "[at night|under a night sky|at night under the stars|on a dark night|below the stars]",
    "underwater": "[under water|at the bottom of the sea|in the sea|below the surface of the sea|deep under water]",
    "harbour": "[at sea|on open water|by the open water|in a scene by the water|out at sea]",
    "studio": "[on a plain background|in front of a plain background|against a plain backdrop|in an empty space]",
}

_PIC = "[picture|image|scene|illustration|drawing]"
_SEEN = "[seen|shown|visible|pictured|depicted]"
_CALM = "[simple|quiet|plain|tidy|small|colourful|calm]"
_LISTED = "[objects: |tags: |contents: |keywords: |in view: |list: |things: ]"

TAG_FRAMES = (
    "{tags}[|.]",
    "{tags}[{mark}| -|, all| (all of it)|, seen|:] {setting}[|.]",
    f"{{setting}}[:| -|, {_SEEN}:|, a {_PIC} of|;|, with] {{tags}}[|.]",
    f"[{_PIC} of |{_LISTED}]{{tags}}[|.]",
    "{tags} [({setting})|- {setting}|, {setting}][|.]",
    f"[[{_CALM} ]{_PIC}|view|snapshot][: | with | - | showing ]{{tags}}[|, {{setting}}][|.]",
)

SHORT_FRAMES = (
    "{things} [|{be} |{be} there ]{setting}.",
    f"[this is a|a|here is a] {_CALM} {_PIC} [of|with|showing] {{things}} {{setting}}.",
    f"[this|the] {_PIC} [shows|presents|features|contains|depicts|includes] {{things}} {{setting}}.",
    "{setting}[, there| there] {be} {things}[| to be seen| to look at].",
    "{setting}, {things} can be [seen|found|made out|noticed|discovered|spotted|recognised].",
    f"[you|we|one] can [see|spot|find] {{things}} {{setting}}[| in this {_PIC}| here].",
    f"{{things}} {{be}} {_SEEN} {{setting}}.",
    "[here {be}|there {be}|this is a view of|look at|notice|a look at] {things} {setting}.",
    "{setting} [we see|one sees|you see|one finds|you will notice] {things}.",
    f"[among other things|for instance|among things {_SEEN}], [there {{be}}|one sees|we see] {{things}} {{setting}}.",
)

ALL_FRAMES = (
    f"[|here, |in this {_PIC}, ]there {{be}} {{things}} {{setting}}.",
    "{things} {be} [there|in view|present|on display|to be seen|to be found|gathered] {setting}.",
    f"[this|the] {_PIC} [shows|contains|presents|depicts|features|holds] {{things}} {{setting}}.",
    "[in all|altogether|in total|overall], [there {be}|we see|one sees|you can see] {things} {setting}.",
    "[you|we|one] can [see|count|make out|spot] {things} {setting}.",
    f"{{things}} make{{s}} up [this|the] {_PIC} {{setting}}.",
    f"{{things}} {{be}} {_SEEN} {{setting}}.",
    f"a [{_CALM}|] {_PIC} [with|of|showing] {{things}} {{setting}}.",
    "the [objects|things] [|here |in view |on view |to be seen ]are {things} {setting}.",
    f"[what we see|what is {_SEEN}|what appears] {{setting}} {{be}} {{things}}.",
    "[look closely and you will find|a closer look reveals|what stands out is|on display {be}] {things} {setting}.",
    f"everything [in the {_PIC}|in view|{_SEEN}|there is {{setting}}]: {{things}}.",
)

LONG_OPENINGS = (
    f"[this|the] [{_CALM} |]{_PIC} [is set|takes place] {{setting}}.",
    f"we are [looking at a [{_CALM} |]{_PIC} set |]{{setting}}.",
    f"[a|here is a] {_CALM} {_PIC} {{setting}}.",
    f"[everything|all] [in this {_PIC}|here] [is|happens] {{setting}}.",
    f"the setting [of this {_PIC}|] is [easily told|clear]: {{setting}}.",
    f"what [you see|is {_SEEN}] is {{setting}}.",
    f"[imagine|picture] a [{_CALM} |]scene {{setting}}.",
)

LONG_CLOSINGS = (
    "[the light|light] [comes|falls] [in |]from the {side}.",
    "[it is|everything is|the scene is|all of it is] lit from the {side}.",
    "[the shadows|shadows] [tell|show|suggest] that the light [comes|falls] from the {side}.",
    "[a light|some light|a lantern] beyond the {side} [edge|border|side] [lights|brightens] [the scene|everything].",
)

RELATION_WORDS = {
    "left_of": "[to the left of|left of|on the left of|on the left-hand side of]",
    "right_of": "[to the right of|right of|on the right of|on the right-hand side of]",
    "above": "[above|higher up than|over]",
    "below": "[below|beneath|lower down than]",
    "in_front_of": "in front of",
    "behind": "[behind|farther back than]",
    "on": "[on|on top of|upon]",
}

RELATION_FRAMES = (
    "{a} is {rel} {b}.",
    "{rel} {b} [is|there is|we see|one finds] {a}.",
    "[you can find|one can see|you will see|we see|look for] {a} {rel} {b}.",
    "[note|notice|observe] that {a} is {rel} {b}.",
    "{a} [can be|is to be] [seen|found] {rel} {b}.",
    "[as for {a}, it is|{a}, for its part, is|seen from here, {a} is|in the picture, {a} is] {rel} {b}.",
    "{a} [appears|shows up|is placed|is located|has its place] {rel} {b}.",
)

LINK_FRAMES = (
    *RELATION_FRAMES,
    "[also|besides|moreover|in addition|further|at the same time|meanwhile], {a} is {rel} {b}.",
)

DETAIL_FRAMES = (
    "[|note that |one notices that |it can be seen that ]{name} is {how}.",
    "{name} [looks|appears|seems] {how}.",
    "what [stands out|is striking] about {name} is that it is {how}.",
    "[the surface of {name} is|as for {name}, it is|seen more closely, {name} is] {how}.",
    "{name} has a {how} [look|surface|finish].",
)

_FOUND = (
    "{name} is ",
    "{name} [can be seen|appears|is found|is placed|shows up] ",
    "[you|we|one] can see {name} ",
    "look for {name} ",
    "[as for|concerning] {name}, it is ",
)
_WHERE = {
    "left": "[on the left|on the left-hand side|towards the left|in the left part of the picture|at the left]",
    "right": "[on the right|on the right-hand side|towards the right|in the right part of the picture|at the right]",
    "middle": "[in the middle|near the middle|in the centre|around the centre|in the middle of the picture]",
    "top": "[at the top|near the top|in the upper part|high up|in the upper part of the picture]",
    "bottom": "[at the bottom|near the bottom|in the lower part|low down|in the lower part of the picture]",
}
PLACE_FRAMES = {
    place: (
        *(f"{found}{where}." for found in _FOUND),
        f"{where} [is|there is|we find|you can see] {{name}}.",
    )
    for place, where in _WHERE.items()
}
