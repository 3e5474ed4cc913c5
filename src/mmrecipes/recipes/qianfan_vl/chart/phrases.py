"""The phrase bank of the chart task, English: openings, question cores, closings.

Data only; `wording` composes them. A question is opening + core + closing, chosen independently, so that every
operation has hundreds of frames. Slots: {m} a measure with its article and {M} without, {of} of which series, {at} at
which category, {c} what a category is and {cs} its plural, {is} is or are, {sup} highest or lowest, {A} and {B}
operands, {what} and {how} question words (with "roughly" where the answer is an estimate). A key's part after the dot
names the case it is for. The sentences of replies are in `phrases_reply`.
"""

from __future__ import annotations

OPENINGS: tuple[str, ...] = (
    "", "", "Look at the chart.", "According to the chart,", "Using the chart shown,", "Going by the figure,",
    "Here is a chart.", "Please read the chart:", "From the picture,", "Study the figure.", "Based on this chart,",
    "I have a question about this chart:", "Check the plot:", "Given the chart,", "With the figure in view,",
    "Take a look at the graphic.", "Judging by the chart,", "As the figure shows,",
)  # fmt: skip
"""Ends with a comma or a colon, or is a sentence."""

TITLED_OPENINGS: tuple[str, ...] = (
    'In the chart titled "{title}",', 'The chart is headed "{title}".', 'From the figure "{title}",',
    'This is "{title}".', 'About the chart "{title}":',
)  # fmt: skip

FOLLOW_UPS: tuple[str, ...] = (
    "", "", "And now:", "Next question:", "Using the same chart,", "One more:", "Staying with this chart,",
    "Another one:", "Moving on,", "Also,", "Still on this chart:", "Then tell me:",
)  # fmt: skip

PANEL_OPENINGS: tuple[str, ...] = (
    "In the {panel} panel,", "Look at the {panel} panel.", 'For the {panel} panel ("{title}"),',
    'Consider the {panel} plot, "{title}".', "In the {panel} plot,", "Considering only the {panel} panel,",
    'In "{title}" (the {panel} panel),', "Using the {panel} part of the figure,", "The {panel} panel is meant here:",
)  # fmt: skip

CORES: dict[str, tuple[str, ...]] = {
    "value": (
        "{what} {is} {m}{of}{at}?", "{how} high {is} {m}{of}{at}?", "{read} {m}{of}{at}.",
        "{what} value does the chart show for {m}{of}{at}?", "{find} {m}{of}{at}.", "{What_at} {is} {m}{of}?",
        "{what} {do} {m}{of}{at} amount to?", "{what} figure is given for {m}{of}{at}?",
    ),
    "value.step": (
        '{what} change does "{K}" stand for, with its sign?', 'by {how} much does "{K}" raise or lower the level?',
        '{what} is the step labelled "{K}" worth?', '{read} the signed change for "{K}".',
        '{what} does "{K}" add to or take from the running total?', 'how does "{K}" change the total?',
        '{find} the amount by which "{K}" moves the level up or down.',
    ),
    "value.total": (
        '{what} is the level at "{K}"?', '{what} does the bar "{K}" amount to?', '{read} the value of "{K}".',
        '{how} high is the bar for "{K}"?', '{what} value does "{K}" have?', '{find} the total shown at "{K}".',
    ),
    "value.bubble": (
        "{what} is the {M} of {K}?", "{what} {M} does the bubble for {K} show?", "{read} the {M} of {K}.",
        "{find} the {M} that belongs to {K}.", "where does {K} lie on the {M} axis?",
        "{what} value on the {M} axis does {K} have?",
    ),
    "value_at": (
        "{what} {is} {m}{of} in the {c} with the {sup} {M2}{of2}?",
        "{find} {m}{of} for the {c} in which {m2}{of2} {is2} {sup}.",
        "take the {c} where {m2}{of2} {is2} {sup}: {what} {is} {m}{of} there?",
        "at the {c} of the {sup} {M2}{of2}, {what} {is} {m}{of}?",
        "where {m2}{of2} {is2} {sup}, {what} {is} {m}{of}?",
        "{read} {m}{of} at the {c} that has the {sup} {M2}{of2}.",
    ),
    "value_at.scatter": (
        "{what} is the {X} of the point with the {sup} {M}{of}?",
        "at {what0} {X} does {m}{of} reach its {sup} value?", "{read} the {X} at which the {sup} {M}{of} occurs.",
        "find the point with the {sup} {M}{of}: {what} is its {X}?", "{what} {X} goes with the {sup} {M}{of}?",
        "where on the {X} axis is the point with the {sup} {M}{of}?",
    ),
    "x_of_value": (
        "which {c} has {a_M}{of} of {v}?", "for which {c} {is} {m}{of} {v}?", "name the {c} where {m}{of} {is} {v}.",
        "{m}{of} {is} {v}: for which {c} is that true?", "which {c} goes with a value of {v}{of}?",
        "where {do} {m}{of} come to {v}?", "{v} is the value{of} for which {c}?",
    ),
    "extreme": (
        "which {c} has the {sup} {M}{of}?", "for which {c} {is} {m}{of} {sup}?",
        "name the {c} with the {sup} {M}{of}.", "which {c} shows the {sup} {M}{of}?",
        "where {is} {m}{of} {sup}? Give the {c}.", "{m}{of}: which {c} has the {sup} value?",
        "find the {c} with the {sup} value of {m}{of}.", "looking at {m}{of}, which {c} comes out {sup}?",
    ),
    "extreme.pie": (
        "which slice is the {big}?", "which category has the {big} slice?", "name the {big} slice.",
        "what does the {big} slice stand for?", "which part makes up the {big} portion?",
        "whose slice is the {big}?", "which label belongs to the {big} slice?",
    ),
    "extreme.step": (
        "which single step {adds} the most?", "which step {adds} more than any other?",
        "name the step with the largest {rise}.", "which {c} brings the biggest {rise}?",
        "where does the level {jump} most in one step?", "which bar stands for the largest {rise}?",
    ),
    "extreme.size": (
        "which bubble is the {big}?", "what does the {big} bubble{of} stand for?", "name the {big} bubble{of}.",
        "which label goes with the {big} bubble{of}?", "whose bubble has the {big} area{of}?",
    ),
    "extreme.series": (
        "which {e} has the {sup} {M}{at}?", "{at_first}which {e} shows the {sup} {M}?",
        "name the {e} with the {sup} {M}{at}.", "whose {M} {is} {sup}{at}?",
        "comparing all {es}{at}, which has the {sup} {M}?", "which of the {es} comes out {sup}{at}?",
        "{at_first}which one of the {es} has the {sup} value?",
    ),
    "extreme.by": (
        "which {e} has the {sup} {by} {M}?", "name the {e} whose {by} {M} {is} {sup}.",
        "taking the {by} of each {e}, which is {sup}?", "by {by} {M}, which {e} comes out {sup}?",
        "compare the {by} {M} of all {es}: which is {sup}?", "for which {e} {is} the {by} {M} {sup}?",
        "if every {e} is summed up by its {by} {M}, which one is {sup}?",
    ),
    "bound": (
        "{what} is the {sup} {M}{of}{at}?", "{what} is the {sup} value of {m}{of}{at}?",
        "{read} the {sup} {M}{of}{at}.", "{how} high is the {sup} {M}{of}{at}?",
        "{find} the {sup} value that {m}{of} {reach}{at}.", "{what} {sup} {M}{of} does the chart show{at}?",
    ),
    "rank": (
        "which {c} has the {ord}{sup} {M}{of}?", "name the {c} with the {ord}{sup} {M}{of}.",
        "rank the {cs} by {M}{of}: which is the {ord}{sup}?", "for which {c} {is} {m}{of} the {ord}{sup}?",
        "in order of {m}{of}, which {c} is the {ord}{sup}?", "which {c} takes the {ord}{sup} place in {m}{of}?",
    ),
    "rank.series": (
        "which {e} has the {ord}{sup} {M}{at}?", "{at_first}which of the {es} is the {ord}{sup}?",
        "name the {e} with the {ord}{sup} {M}{at}.", "rank the {es} by {M}{at}: which is the {ord}{sup}?",
        "whose {M} {is} the {ord}{sup}{at}?",
    ),
    "count_series": (
        "how many {es} does the chart show?", "how many {es} are there?", "count the {es} in the chart.",
        "what is the number of {es}?", "how many different {es} are plotted?",
        "into how many {es} are the data split?", "say how many {es} can be seen.", "how many {es} are drawn?",
    ),
    "count_points": (
        "how many {marks} are there{of}?", "count the {marks}{of}.", "what is the number of {marks}{of}?",
        "how many {marks} does the chart show{of}?", "how many {marks} can you see{of}?",
        "say how many {marks} are drawn{of}.", "give the count of {marks}{of}.",
    ),
    "count_above": (
        "how many {cs} have {a_M}{of} {side} {v}?", "for how many {cs} {is} {m}{of} {side} {v}?",
        "count the {cs} in which {m}{of} {is} {side} {v}.", "in how many {cs} {do} {m}{of} lie {side} {v}?",
        "how many values{of} are {side} {v}?", "how often {is} {m}{of} {side} {v}?",
        "{m}{of}: how many {cs} are {side} {v}?",
    ),
    "sum": (
        "{what} is the sum of {m}{of}{all}?", "{what} is the total of {m}{of}{all}?", "add up {m}{of}{all}.",
        "{what} {do} {m}{of}{all} add up to?", "{find} the total {M}{of}{all}.",
        "{how} much is {m}{of}{all} in total?", "if you add all values of {m}{of}{all}, {what} do you get?",
    ),
    "sum.step": (
        "{what} do all {rises} together come to?", "add up all the {rises}.", "{find} the sum of the {rises}.",
        "{what} is the total of all {rises}, with its sign?", "taken together, {what} are the {rises} worth?",
    ),
    "mean": (
        "{what} is the mean of {m}{of}{all}?", "{what} is the average {M}{of}{all}?",
        "{find} the mean {M}{of}{all}.", "on average, {what0} {is} {m}{of}{all}?",
        "work out the average of {m}{of}{all}.", "{what} does {m}{of} average{all}?",
        "taking all values of {m}{of}{all}, {what} is their mean?",
    ),
    "median": (
        "{what} is the median of {m}{of}{all}?", "{find} the median {M}{of}{all}.",
        "{what} is the median {M}{of}{all}?",
        "sort the values of {m}{of}{all}: {what} is the middle one (the median)?",
        "work out the median of {m}{of}{all}.", "taking all values of {m}{of}{all}, {what} is their median?",
    ),
    "range": (
        "{what} is the difference between the highest and the lowest {M}{of}{all}?",
        "{find} the range of {m}{of}{all} (highest minus lowest).",
        "by {how} much do the highest and lowest {M}{of}{all} differ?",
        "{how} far apart are the largest and the smallest {M}{of}{all}?",
        "{what} is the spread of {m}{of}{all}, from the lowest to the highest value?",
        "subtract the lowest {M}{of} from the highest{all}: {what} is left?",
    ),
    "difference": (
        "{what} is the difference between {A} and {B}?", "by {how} much {do} {A} exceed {B}?",
        "{how} much higher {is} {A} than {B}?", "{find} the difference between {A} and {B}.",
        "subtract {B} from {A}: {what} is the result?", "{what} is {A} minus {B}?",
        "{how} much lower {is2} {B} than {A}?",
    ),
    "difference.short": (
        "{how} much higher {is} {A} {than}?", "by {how} much {is} {A} higher {than}?",
        "{how} much more {is} {A} {than}?", "{what} is the gap between {A} and the value {b}?",
    ),
    "ratio": (
        "{what} is the ratio of {A} to {B}?", "{how} many times as high {is} {A} as {B}?",
        "divide {A} by {B}: {what} do you get?", "by {what0} factor {do} {A} exceed {B}?",
        "{find} the ratio of {A} to {B}.", "{A} {is} how many times {B}?",
    ),
    "share_of_total": (
        "{what} percentage of the total {M}{of} does {K} account for?",
        "{what} share of the total {M}{of}, in per cent, falls to {K}?",
        "out of the whole {M}{of}, {what} percentage belongs to {K}?",
        "{how} large is the share of {K} in the total {M}{of}, in per cent?",
        "{find} the percentage of the total {M}{of} that {K} makes up.",
        "in per cent, {what} part of the total {M}{of} is {K}?",
    ),
    "growth": (
        "by {what0} percentage {do} {m}{of} change from {x1} to {x2}?",
        "{what} is the percentage change in {m}{of} between {x1} and {x2}?",
        "{how} much {do} {m}{of} grow or shrink, in per cent, from {x1} to {x2}?",
        "{find} the relative change of {m}{of} from {x1} to {x2}, in per cent.",
        "compared with {x1}, by {what0} percentage {is} {m}{of} higher or lower at {x2}?",
        "from {x1} to {x2}, {what} is the change in {m}{of} in per cent of the first value?",
    ),
    "trend": (
        "what is the overall trend of {m}{of} from {x1} to {x2}?",
        "overall, {do} {m}{of} rise, fall or stay about the same from {x1} to {x2}?",
        "how {do} {m}{of} develop overall from {x1} to {x2}?",
        "is the overall trend of {m}{of} from {x1} to {x2} increasing, decreasing or flat?",
        "describe the overall direction of {m}{of} from {x1} to {x2} in one word: increasing, decreasing or flat.",
        "from {x1} to {x2}, in which direction {do} {m}{of} move overall?",
    ),
    "crossing": (
        "between which two {cs} do the lines of {S1} and {S2} cross?",
        "where do {S1} and {S2} change places? Name the two neighbouring {cs}.",
        "{S1} and {S2} cross once: between which {cs}?",
        "find the two {cs} between which the lines for {S1} and {S2} intersect.",
        "between which neighbouring {cs} does one of {S1} and {S2} overtake the other?",
        "at which step, from {c} to {c}, do the curves of {S1} and {S2} cross?",
    ),
    "correlation": (
        "is the correlation between {X} and {M}{of} positive, negative or is there none?",
        "how are {X} and {M}{of} related: positively, negatively or not at all?",
        "what kind of correlation do the points{of} show: positive, negative or none?",
        "when {the_X} grows, does {m}{of} tend to rise, to fall, or neither? Name the sign of the correlation.",
        "what sign does the correlation of {X} and {M}{of} have?",
        "do the points{of} suggest a positive, a negative or no relation between {X} and {M}?",
    ),
    "longest_monotone_run": (
        "what is the longest unbroken {rise} of {m}{of}? Give its first and last {c}.",
        "from which {c} to which {c} {do} {m}{of} {go} without a break for longest?",
        "find the longest run of {rise_adj} values of {m}{of}.",
        "over which stretch {do} {m}{of} {go} at every step, for the longest time?",
        "name the start and the end of the longest continuous {rise} in {m}{of}.",
        "between which {cs} does the longest steady {rise} of {m}{of} run?",
    ),
    "colour_of": (
        "what colour is {S}?", "in which colour is {S} drawn?", "which colour stands for {S}?",
        "name the colour used for {S}.", "what is the colour of {S}?", "{S} is shown in which colour?",
        "tell me the colour of {S}.", "which colour does {S} have?",
    ),
    "colour_of.single": (
        "what colour are the {marks}?", "in which colour are the {marks} drawn?", "name the colour of the {marks}.",
        "which colour do the {marks} have?", "what is the colour of the {marks}?",
        "which colour was used for the {marks}?",
    ),
    "series_with_colour": (
        "which {e2} is drawn in {colour}?", "what does the {colour} {mark} stand for?", "which {e2} is {colour}?",
        "name the {e2} shown in {colour}.", "what is represented in {colour}?",
        "the {colour} {mark} belongs to which {e2}?", "to which {e2} does the colour {colour} belong?",
    ),
    "legend_position": (
        "where is the legend?", "where is the legend placed?", "what is the position of the legend?",
        "in which place is the legend?", "where can the legend be found?", "say where the legend stands.",
        "where, relative to the plot, is the legend?", "locate the legend.",
    ),
    "axis_unit": (
        "what is the unit of the {axis}?", "in which unit is {m} given?", "which unit does the {axis} use?",
        "in what unit is the {axis} measured?", "name the unit of {m}.", "what unit are the values of {m} in?",
        "which unit is stated for {m}?",
    ),
    "chart_type": (
        "what type of chart is this?", "which kind of chart is shown?", "what kind of plot is it?",
        "name the chart type.", "how would you call this type of chart?", "what sort of diagram is used?",
        "identify the type of chart.", "which chart type was chosen here?",
        "as what kind of chart are the data drawn?",
    ),
    "compare.larger": (
        "in which panel {is} {A} {comp}?", "which of the two panels shows the {comp} value for {A}?",
        "compare {A} in the two panels: where {is} it {comp}?", "{A}: which panel has the {comp} value?",
        'which panel, "{T1}" or "{T2}", has the {comp} value for {A}?',
        "looking at both panels, where {is} {A} {comp}?",
    ),
    "compare.same": (
        "do both panels have their {sup} value at the same {c}?",
        "is the {c} with the {sup} {M} the same in both panels?",
        "does the {sup} {M} fall on the same {c} in both panels?",
        "do the two panels agree on which {c} has the {sup} {M}?",
        "compare the {c} with the {sup} {M} in the two panels: is it the same?",
    ),
}  # fmt: skip

CLOSINGS: dict[str, tuple[str, ...]] = {
    "short.number": (
        "Answer with the number only.", "Just the number, please.", "Reply with a single number.",
        "Give the number without its unit.", "Only the number.", "Return nothing but the number.",
        "Your answer should be one number.",
    ),
    "short.unit": (
        "Keep the answer short.", "Answer briefly.", "A short answer is enough.",
        "Give the value with its unit, nothing else.", "Reply with the value and its unit only.",
    ),
    "short.name": (
        "Answer with the name only.", "Give just the name.", "Reply with the label only.", "Only the label, please.",
        "Answer in as few words as possible.", "Keep the answer to the label itself.",
        "No explanation, just the answer.",
    ),
    "short.word": (
        "Answer briefly.", "Keep it short.", "A word or two is enough.", "Just the answer, please.",
        "No explanation needed.", "Reply as briefly as you can.", "Only the answer.",
    ),
    "sentence": (
        "", "", "", "Answer in a full sentence.", "Reply in one sentence.",
        "Please answer with a complete sentence.", "One sentence will do.", "Phrase the answer as a sentence.",
    ),
    "steps": (
        "Show your working.", "Explain step by step.", "Show the values you read and the calculation.",
        "First read the values, then compute.", "Give the reasoning before the answer.",
        "Please write out the steps.", "Work it out step by step.", "State the values you use, then the result.",
        "Walk me through the calculation.",
    ),
}  # fmt: skip

ESTIMATES: tuple[str, ...] = (
    "An estimate is fine.", "Read it off the axis as well as you can.", "An approximate value will do.", "",
    "Estimate where no value is printed.", "",
)  # fmt: skip

NEAREST: tuple[str, ...] = (
    "Round to the nearest {step}.", "Give it to the nearest {step}.", "State it to the nearest {step}.",
    "An estimate to the nearest {step} is enough.",
)  # fmt: skip

ROUNDED: tuple[str, ...] = (
    "Round to {places}.", "Give {places}.", "Use {places}.", "State the result with {places}.",
)  # fmt: skip
