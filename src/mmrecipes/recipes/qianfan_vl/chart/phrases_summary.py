"""Requests to write a chart down as a table or as structured JSON, English."""

from __future__ import annotations

REQUESTS: dict[str, tuple[str, ...]] = {
    "markdown": (
        "Extract the data of this chart as a Markdown table.", "Turn the chart into a Markdown table.",
        "Write the chart's data as a table in Markdown.", "Give me the underlying data as a Markdown table.",
        "Recover the data table behind this figure, in Markdown.", "Convert the figure to a Markdown table.",
        "List everything the chart plots as a Markdown table.",
        "What data does this chart show? Reply with a Markdown table.",
        "Digitise this chart: a Markdown table, one row per {c}.", "Tabulate the chart in Markdown.",
        "I need the numbers of this chart in a Markdown table.",
        "Read the chart and return its values as a Markdown table.",
        "Rebuild the table this chart was made from (Markdown).",
        "Transcribe the plotted data into a Markdown table.",
        "Produce a Markdown table with all values in the chart.",
    ),
    "json": (
        "Describe this chart as a JSON object.", "Summarise the chart as JSON with its type, axes and series.",
        "Give a structured summary of the figure in JSON.",
        "Extract type, title, axes and series of the chart as JSON.", "Turn the chart into structured data (JSON).",
        "Return a JSON description of the chart.", "Parse this figure into JSON.",
        "Write down what the chart shows as one JSON object.",
        "Report the chart's type, axes, units and series in JSON form.",
        "Give me this chart as machine-readable JSON.", "Encode the content of the figure in JSON.",
        "I need a JSON summary of this chart.", "Convert the chart to JSON, keeping titles, units and colours.",
        "Produce JSON that holds what the chart says.",
    ),
}  # fmt: skip

PREFIXES: tuple[str, ...] = (
    "", "", "Please help: ", "Task: ", "Look at the picture. ", "Here is a chart. ", "Chart to data: ",
)  # fmt: skip

VALUES: dict[str, tuple[str, ...]] = {
    "exact": (
        "", "", "Copy the values exactly.", "Use the numbers as printed.", "Do not leave anything out.",
        "Reply with nothing else.",
    ),
    "estimate": (
        "Estimate values that are not printed.", "Read values off the axes as well as you can.",
        "Approximate values are fine.", "Where no value is printed, estimate it from the axis.",
        "Give your best reading of each value.",
    ),
}  # fmt: skip
