"""Requests to write a whole table down, English: openings, requests by target, closings."""

from __future__ import annotations

OPENINGS: tuple[str, ...] = (
    "", "Look at the picture.", "Here is a table.", "Consider this image.", "Please help me with this table.",
    "The image shows a table.", "This is a scan of a table.", "I have a picture of a table.",
)  # fmt: skip
REQUESTS: dict[str, tuple[str, ...]] = {
    "html": (
        "Give this table as HTML.",
        "Convert the table in the image to HTML.",
        "Write the HTML code that reproduces this table.",
        "What would this table look like as an HTML table element?",
        "Transcribe the table into HTML markup.",
        "I need the table as HTML with every cell in its place.",
        "Turn the picture into an HTML table.",
        "Recognise the table and output its HTML.",
        "Extract the table from this image; the format should be HTML.",
        "Type this table out for me in HTML.",
        "Rebuild the table shown here with HTML tags.",
        "Read every cell and return an HTML table.",
        "Which HTML describes the structure and the text of this table?",
        "Make an HTML version of this table.",
        "Digitise this table: HTML, please.",
        "Recover the table's rows, columns and merged cells in HTML.",
    ),
    "latex": (
        "Give this table as LaTeX.",
        "Convert the table in the image to a LaTeX tabular.",
        "Write LaTeX code that typesets this table.",
        "How would you write this table in LaTeX?",
        "Transcribe the table into a tabular environment.",
        "I want to use this table in a LaTeX paper. Provide the source.",
        "Turn the picture into LaTeX table source.",
        "Recognise the table and output it in LaTeX.",
        "Extract the table from this image; the format should be LaTeX.",
        "Type this table out for me as a LaTeX tabular.",
        "Rebuild the table shown here with LaTeX commands.",
        "Read every cell and return a tabular environment.",
        "Which LaTeX source reproduces the structure and text of this table?",
        "Make a LaTeX version of this table.",
        "Recover the table's rows, columns and merged cells as LaTeX.",
    ),
    "tokens": (
        "List the structure tokens of this table as a JSON array.",
        "Describe the table's structure as a JSON list of HTML structure tokens, without any cell text.",
        "Predict the sequence of structure tokens; write a JSON array of strings.",
        "Which structure tokens make up this table? Reply with a JSON array.",
        "Break the layout of the table into HTML tokens and return them as JSON.",
        "As in table structure recognition, output the token sequence in JSON, cells left empty.",
        "Encode rows, columns and spans of the table as a JSON array of structure tokens.",
    ),
    "skeleton": (
        "Give the HTML skeleton of this table: all tags and spans, no text.",
        "Write the table's HTML structure with empty cells.",
        "I only care about the layout: return HTML with the cell contents left out.",
        "Show the structure of the table as bare HTML tags.",
        "Reconstruct the grid in HTML, leaving every cell blank.",
        "Output the tag structure of this table, contents omitted.",
    ),
}

CLOSINGS: dict[str, tuple[str, ...]] = {
    "html": (
        "", "Use rowspan and colspan where cells are merged.", "Only the markup, nothing else.",
        "Use td for every cell.",
        "Keep thead and tbody apart.", "No styling.", "Leave empty cells empty.",
    ),
    "latex": (
        "", "Use \\multirow and \\multicolumn for merged cells.", "Only the source, nothing else.",
        "Just the tabular environment.", "Escape special characters.", "Assume the multirow package is loaded.",
    ),
    "tokens": (
        "", "Spans are tokens of their own.", "Include thead and tbody.", "Nothing but the array.",
    ),
    "skeleton": ("", "Include thead and tbody.", "Only the markup.", "Mind the merged cells."),
}  # fmt: skip
FENCED: tuple[str, ...] = ("Put it in a code block.", "Wrap the code in a fenced block.")
GRID_ONLY: tuple[str, ...] = (
    "Leave out the title and the notes around it.", "The caption and notes are not needed.",
    "Skip anything printed outside the grid.",
)  # fmt: skip
