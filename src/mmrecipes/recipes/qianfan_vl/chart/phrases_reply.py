"""Sentences of replies in the chart task, English; the slots are those of `phrases`."""

from __future__ import annotations

ANSWERS: dict[str, tuple[str, ...]] = {
    "value": (
        "{m_cap}{of}{at} {is} {v}.", "The chart shows {v}{for_at}.", "It is {v}.", "The value is {v}.",
    ),
    "value.step": (
        '"{K}" changes the total by {v}.', 'The step "{K}" is worth {v}.', "The change is {v}.",
    ),
    "value.total": (
        'The level at "{K}" is {v}.', '"{K}" stands at {v}.', "It is {v}.",
    ),
    "value.bubble": (
        "The {M} of {K} is {v}.", "{K} has {a_M} of {v}.", "It is {v}.",
    ),
    "value_at": (
        "The {sup} {M2}{of2} falls on {k}, where {m}{of} {is} {v}.", "{m_cap}{of}{k_at} {is} {v}.",
        "That is {k}; {m}{of} there {is} {v}.",
    ),
    "value_at.steps": (
        "{m_cap}{of}{k_at} is {v}.", "There, {m}{of} is {v}.", "{m_cap}{of} at that place is {v}.",
    ),
    "value_at.scatter": (
        "The point with the {sup} {M}{of} has {a_X} of {v}.", "It lies at {a_X} of {v}.", "The {X} there is {v}.",
    ),
    "x_of_value": (
        "It is {v}.", "The {c} is {v}.", "That holds for {v}.",
    ),
    "extreme": (
        "The {sup} {M}{of} is found for {v}.", "{v} has the {sup} {M}{of}.", "It is {v}.",
    ),
    "extreme.pie": (
        "The {big} slice is {v}.", "{v} has the {big} slice.", "It is {v}.",
    ),
    "extreme.step": (
        "{v} {adds} the most.", "The largest {rise} is {v}.", "It is {v}.",
    ),
    "extreme.size": (
        "The {big} bubble stands for {v}.", "{v} has the {big} bubble.", "It is {v}.",
    ),
    "extreme.series": (
        "{v} has the {sup} {M}{at}.", "It is {v}.", "The {sup} {M}{at} belongs to {v}.",
    ),
    "extreme.by": (
        "{v} has the {sup} {by} {M}.", "The {sup} {by} {M} belongs to {v}.", "It is {v}.",
    ),
    "bound": (
        "The {sup} {M}{of}{at} is {v}.", "The {sup} value is {v}.", "It is {v}.",
    ),
    "rank": (
        "{v} has the {ord}{sup} {M}{of}.", "The {ord}{sup} is {v}.", "It is {v}.",
    ),
    "rank.series": (
        "{v} has the {ord}{sup} {M}{at}.", "The {ord}{sup} is {v}.", "It is {v}.",
    ),
    "count_series": (
        "The chart shows {v} {es}.", "There are {v} {es}.", "I count {v} {es}.",
    ),
    "count_points": (
        "There {are_n} {v} {n_marks}{of}.", "The chart shows {v} {n_marks}{of}.", "I count {v} {n_marks}{of}.",
    ),
    "count_above": (
        "{v} {n_cs} {lie} {side} {t}.", "There {are_n} {v} {n_cs} {side} {t}.", "The count is {v}.",
    ),
    "sum": (
        "The sum is {v}.", "Together that makes {v}.", "In total, {m}{of}{all} {is} {v}.",
    ),
    "sum.step": (
        "The {rises} add up to {v}.", "Together that makes {v}.", "In total they come to {v}.",
    ),
    "mean": (
        "The mean is {v}.", "On average that is {v}.", "The average {M}{of}{all} is {v}.",
    ),
    "median": (
        "The median is {v}.", "The middle value is {v}.", "The median {M}{of}{all} is {v}.",
    ),
    "range": (
        "The difference is {v}.", "The highest and the lowest value are {v} apart.", "The range is {v}.",
    ),
    "difference": (
        "The difference is {v}.", "It is {v}.", "They differ by {v}.",
    ),
    "ratio": (
        "The ratio is {v}.", "It is {v} times as high.", "The first is {v} times the second.",
    ),
    "share_of_total": (
        "{K} accounts for {v} of the total.", "The share is {v}.", "That is {v} of the whole.",
    ),
    "growth": (
        "The change is {v}.", "From {x1} to {x2} {m}{of} {grow} by {abs}.", "It {grows_it} by {abs}.",
    ),
    "trend": (
        "The overall trend is {v}.", "Overall, the trend from {x1} to {x2} is {v}.", "Overall it is {v}.",
    ),
    "crossing": (
        "They cross between {v}.", "The lines cross between {v}; after that {lead} is higher.",
        "Between {v}, where {lead} moves ahead.",
    ),
    "correlation": (
        "{corr_cap}.", "The points show {corr}.", "There is {corr}.",
    ),
    "longest_monotone_run": (
        "It runs from {v1} to {v2}.", "The longest {rise} lasts from {v1} to {v2}.", "From {v1} to {v2}.",
    ),
    "colour_of": (
        "{S_cap} is {v}.", "It is drawn in {v}.", "The colour is {v}.",
    ),
    "colour_of.single": (
        "The {marks} are {v}.", "They are drawn in {v}.", "The colour is {v}.",
    ),
    "series_with_colour": (
        "It is {v}.", "{v} is drawn in {colour}.", "The {colour} {mark} stands for {v}.",
    ),
    "legend_position": (
        "The legend is {v}.", "It is {v}.", "The legend stands {v}.",
    ),
    "axis_unit": (
        "The unit is {v}.", "It is given in {v}.", "The values are in {v}.",
    ),
    "chart_type": (
        "It is {a_v}.", "This is {a_v}.", "The chart is {a_v}.",
    ),
    "compare.larger": (
        'The panel "{v}" has the {comp} value.', 'It {is} {comp} in "{v}".', '"{v}" shows the {comp} value.',
    ),
    "compare.same": (
        "{yes}: {detail}.", "{yes}, {because}.",
    ),
}  # fmt: skip
