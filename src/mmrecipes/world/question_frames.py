"""The frames of questions, in the grammar of `wording`: data only. {x}, {a}, {b} are "the …", {many} is a plural."""

from __future__ import annotations

_PIC = "[picture|image|scene|illustration]"
_IN = f"[in [this|the] {_PIC}|here|]"
_ASK = "[|||tell me:|please say:|looking at this [picture|image|scene]:|quick question:]"
_YES_NO = "[||answer yes or no:|yes or no:|please say:|tell me:|what do you think:]"
_SAY = "[tell me|say|determine|find out|state|report|work out]"
_LOOK = f"[in [this|the] {_PIC},|here,||judging by the {_PIC},|going by the {_PIC},|looking at the {_PIC},]"
_WHAT = "[what|which]"
_RIGHT = "[true|right|correct]"
_SIDES = "[left or right|right or left]"
_THREE = "[striped, dotted or checked|checked, striped or dotted|dotted, checked or striped]"
_FOUR = "[wood, metal, fabric or stone|stone, fabric, metal or wood|metal, wood, stone or fabric]"

EXISTENCE = (
    f"{_ASK} is there [|also |by chance ]{{a}} {_IN}?",
    f"{_ASK} [do you see|can you see|can you spot|can you find|can you make out|do you notice] {{a}} {_IN}?",
    f"{_ASK} does [this|the] {_PIC} [show|contain|include|feature|have] {{a}}?",
    f"{_ASK} is {{a}} [visible|present|shown|in view|to be seen|depicted] {_IN}?",
    f"[{_SAY}|check] [whether|if] [there is {{a}}|{{a}} is [visible|shown|present]] {_IN}.",
    f"{_ASK} are there any {{many}} {_IN}?",
    f"{_ASK} [can|could] {{a}} be [seen|found|spotted|made out] {_IN}?",
)

COUNTING = (
    f"{_ASK} how many {{many}} [are there|are shown|are visible|can be seen|do you see|can you see|appear] {_IN}?",
    f"{_ASK} what is the [number|total number|count] of {{many}} {_IN}?",
    f"[please |][count|count up] the {{many}} [shown |visible |in view |you see |]{_IN}.",
    f"{_SAY} [how many {{many}} there are|the number of {{many}}] {_IN}.",
    f"how many {{many}} does [this|the] {_PIC} [show|contain|include|have]?",
    f"[give|write down|name|note] the [number|exact number|count] of {{many}} {_IN}.",
    f"{_LOOK} of {{many}}, how many [are there|can be seen|do you find]?",
)

COLOUR = (
    f"{_LOOK} {_WHAT} colour is {{x}}?",
    f"{_LOOK} what is the [main |]colour of {{x}}?",
    f"{_LOOK} {_WHAT} colour does {{x}} have?",
    f"[{_SAY}|name|give] the colour of {{x}} {_IN}.",
    f"{_SAY} {_WHAT} colour {{x}} [is|has] {_IN}.",
    f"{_LOOK} {{x}} is [painted|coloured|shown] in {_WHAT} colour?",
    f"{_LOOK} in {_WHAT} colour is {{x}} [painted|drawn|shown]?",
    f"[how would you describe the colour of {{x}} {_IN}?|describe the colour of {{x}} {_IN}.]",
)

WORN = (
    f"{_LOOK} {_WHAT} colour do you see on the {{wear}} of {{x}}?",
    f"{_LOOK} what is the [main |]colour of the {{wear}} of {{x}}?",
    f"{_LOOK} {_WHAT} colour does {{x}} wear?",
    f"[{_SAY}|name|give] the colour of the {{wear}} of {{x}} {_IN}.",
    f"{_LOOK} in {_WHAT} colour is {{x}} dressed?",
    f"{_SAY} {_WHAT} colour {{x}} [wears|is dressed in] {_IN}.",
    f"{_LOOK} {{x}} wears {_WHAT} colour?",
)

PATTERN = (
    f"{_LOOK} {_WHAT} pattern does {{x}} have?",
    f"{_LOOK} {_WHAT} [kind of |sort of |]pattern is on {{x}}?",
    f"{_LOOK} [is|would you call] {{x}} {_THREE}?",
    f"{_LOOK} how is {{x}} patterned[|: {_THREE}]?",
    f"[{_SAY}|name|give] the pattern [of|on] {{x}} {_IN}.",
    f"{_SAY} {_WHAT} pattern {{x}} has {_IN}.",
    f"{_LOOK} {_WHAT} pattern [covers|decorates|is seen on] {{x}}?",
    f"{_LOOK} with {_WHAT} pattern is {{x}} [decorated|covered|painted]?",
)

MATERIAL = (
    f"{_LOOK} {_WHAT} material does {{x}} [seem|appear] to be made of?",
    f"{_LOOK} what [is {{x}}|does {{x}} seem to be] made of[|, by the look of it]?",
    f"{_LOOK} does {{x}} look like {_FOUR}?",
    f"[{_SAY}|name|give] the material [of|used for] {{x}} {_IN}.",
    f"{_SAY} {_WHAT} material {{x}} is made of {_IN}.",
    f"{_LOOK} of {_WHAT} material is {{x}}[| made]?",
    f"{_LOOK} {_WHAT} material does the surface of {{x}} [suggest|show]?",
)

POSITION = (
    f"{_ASK} on {_WHAT} side of the {_PIC} is {{x}}?",
    f"{_ASK} is {{x}} on the [left or the right|right or the left] [of the {_PIC}|side|]?",
    f"{_ASK} in {_WHAT} half of the {_PIC} [is|do you find|can one see] {{x}}: {_SIDES}?",
    f"{_ASK} where [is|do you see|would you look for] {{x}} {_IN}, on the {_SIDES}?",
    f"{_SAY} on {_WHAT} side, {_SIDES}, {{x}} is {_IN}.",
    f"{_SIDES}: where [is|do you see|would you find] {{x}} {_IN}?",
    f"{_LOOK} to {_WHAT} side does {{x}} belong, {_SIDES}?",
    f"{_WHAT} side of the {_PIC} [shows|holds|has] {{x}}?",
)

RELATION = (
    f"{_YES_NO} is {{a}} {{rel}} {{b}}[| {_IN}]?",
    f"{_YES_NO} does {{a}} [appear|lie|show up|have its place] {{rel}} {{b}} {_IN}?",
    f"{_SAY} [whether|if] {{a}} is {{rel}} {{b}} {_IN}.",
    f"{_LOOK} is it {_RIGHT} that {{a}} is {{rel}} {{b}}?",
    f"{_LOOK} can {{a}} [be seen|be found|be spotted] {{rel}} {{b}}?",
    f"{_LOOK} [if|when] you look for {{a}}, is it {{rel}} {{b}}?",
    f"[is the following true|does this hold|is this statement right]: {{a}} is {{rel}} {{b}}[| {_IN}]?",
    f"[|please ]answer yes or no: {{a}} [is|lies|appears|is seen] {{rel}} {{b}}[| {_IN}].",
    f"{_LOOK} [would you say|do you agree|can one say] that {{a}} is {{rel}} {{b}}?",
)

WHAT_IS = (
    f"{_ASK} what [is|is there|is shown|is located|is found] {{rel}} {{x}} {_IN}?",
    f"{_LOOK} {_WHAT} [object|thing|item] is {{rel}} {{x}}?",
    f"{_LOOK} [what|which thing] [can be seen|can you see|do you see|do you find] {{rel}} {{x}}?",
    f"[name|identify|{_SAY}] [the object|the thing|what is] {{rel}} {{x}} {_IN}.",
    f"{_LOOK} {{rel}} {{x}}, [what|which thing|which object] [do you [see|find|notice]|is there|is shown]?",
    f"{_LOOK} there is [one thing|one object|something] {{rel}} {{x}}; what is it?",
)

SIZE = (
    f"{_LOOK} {_WHAT} [is|looks|appears] {{er}}, {{a}} or {{b}}?",
    f"{_LOOK} which of the two [is|looks|appears] {{er}}, {{a}} or {{b}}?",
    f"{_LOOK} which [takes up|covers|fills] {{less}} [of the {_PIC}|room|space|area], {{a}} or {{b}}?",
    f"[compare|consider] {{a}} and {{b}}: which [is|looks|appears] {{er}} {_IN}?",
    f"{_SAY} which [is|looks] {{er}} {_IN}, {{a}} or {{b}}.",
    f"between {{a}} and {{b}}, which [one |][is|looks|appears] {{er}} {_IN}?",
    f"{{a}} or {{b}}: which [one |][is|looks|appears] {{er}} {_IN}?",
)

_AS_MANY = "[exactly |just |]as many {a} as {b}"
COUNT_COMPARISON = {
    how: (
        f"{_ASK} are there {how} {{a}} than {{b}} {_IN}?",
        f"{_SAY} [whether|if] there are {how} {{a}} than {{b}} {_IN}.",
        f"does [this|the] {_PIC} [show|contain|have|include] {how} {{a}} than {{b}}?",
        f"{_LOOK} is it {_RIGHT} that there are {how} {{a}} than {{b}}?",
        f"{_LOOK} [do you see|do you count|can you count] {how} {{a}} than {{b}}?",
        f"{_LOOK} is the number of {{a}} {size} than [the number|that] of {{b}}?",
    )
    for how, size in (("more", "larger"), ("fewer", "smaller"))
} | {
    "as_many": (
        f"{_ASK} are there [as many {{a}} as {{b}}|equally many {{a}} and {{b}}] {_IN}?",
        f"{_SAY} [whether|if] there are {_AS_MANY} {_IN}.",
        f"{_LOOK} is the number of {{a}} [equal to|the same as] [the number|that] of {{b}}?",
        f"{_LOOK} [do you see|do you count|can you count] {_AS_MANY}?",
        f"{_LOOK} is it {_RIGHT} that there are as many {{a}} as {{b}}?",
        f"does [this|the] {_PIC} [show|contain|have] {_AS_MANY}?",
    )
}

SAME_COLOUR = (
    f"{_YES_NO} do {{a}} and {{b}} [have|share|show] the same colour {_IN}?",
    f"{_YES_NO} are {{a}} and {{b}} [of the same colour|the same colour|alike in colour] {_IN}?",
    f"{_YES_NO} is {{a}} the same colour as {{b}} {_IN}?",
    f"{_SAY} [whether|if] {{a}} and {{b}} [have the same colour|match in colour|are alike in colour] {_IN}.",
    f"{_YES_NO} does {{a}} [have|share|repeat] the colour of {{b}} {_IN}?",
    f"{_YES_NO} does the colour of {{a}} [match|equal|agree with] that of {{b}} {_IN}?",
)
