"""The phrase bank of the table task, English: openings, question cores, closings and answer sentences.

Data only; `wording` composes them. A question is opening + core + scope + closing, chosen independently, so that
every operation has hundreds of frames. Slots: {N} a column's name, {K} a column as a phrase ("the "Price" column"),
{R} a row's name, {W} a row as a phrase ("the row "Alpha""), {E} what a row is ("product", else "row"), {A} the answer,
{most} highest or lowest and so on, {T} a threshold, {S} a scope such as " in the section "North"" or nothing.
"""

from __future__ import annotations

OPENINGS: tuple[str, ...] = (
    "", "Look at the table in the picture.", "According to the table,", "Using the table shown,",
    "Here is a table.", "Going by the image,", "Check the table:", "Please read the table and answer:",
    "From the table above,", "I need one thing from this table:", "Given this table,", "Study the figures:",
    "Based on what the table says,", "Have a look at this.", "With the table in view,", "A question on this table:",
)  # fmt: skip
"""Ends with a comma: the core goes on in lower case."""

TITLED_OPENINGS: tuple[str, ...] = (
    "In the table titled {title},", "The table is headed {title}.", "From the table {title},",
    "This is {title}.", "Consulting the table called {title},",
)  # fmt: skip

FOLLOW_UPS: tuple[str, ...] = (
    "", "And now:", "Next question:", "Using the same table,", "One more:", "Staying with this table,", "Then,",
    "Another one:", "Still on this table:", "Moving on,",
)  # fmt: skip

CORES: dict[str, tuple[str, ...]] = {
    "cell": (
        "What does the cell in row {row}, column {column} say, counting header rows as rows?",
        "Read out the cell at row {row} and column {column}; the very first line of the table is row 1.",
        "Which text stands at position ({row}, {column}), with (1, 1) being the top-left cell, header included?",
        "Count from the top-left corner, headers and all: what is written in row {row}, column {column}?",
        "Give me the content of the cell {down} from the top and {across} from the left; the header counts too.",
        "If the top header row is number 1, what is in column {column} of row {row}?",
        "Transcribe the single cell that covers row {row} and column {column} of the whole grid, header included.",
    ),
    "lookup": (
        "What is the {N} entry for {R}?",
        "Which value is given for {R} under {N}?",
        "What does {K} show for {R}?",
        "Find {W} and read {K}: what does it say?",
        "Tell me what is listed for {R} in {K}.",
        "What stands where {W} meets {K}?",
        "Look up {N} for {R}.",
        "How does {K} read for {R}?",
        "In {W}, what do you find under {N}?",
    ),
    "find_row": (
        "Which {E} has {T} under {N}?",
        "For which {E} does {K} read {T}?",
        "Name the {E} whose {N} entry is {T}.",
        "In which {E} does {T} appear in {K}?",
        "Who or what is listed with {T} in {K}?",
        "Going down {K}, where do you meet {T}? Name the {E}.",
        "Identify the {E} that shows {T} for {N}.",
    ),
    "header_of": (
        "Under which column header does {T} stand?",
        "What is the header of the column that contains {T}?",
        "Which column holds the entry {T}?",
        "Find {T} in the body of the table: what is its column called?",
        "Name the column in which {T} is printed.",
        "The entry {T} occurs once. What is written at the top of its column?",
        "To which column does {T} belong?",
    ),
    "children": (
        "Which columns or groups are directly below the merged header {H}?",
        "What are the headings immediately under {H}?",
        "List the sub-headers that {H} spans.",
        "The heading {H} covers several columns. What are they called one level down?",
        "Into which headings is {H} split?",
        "Name, from left to right, the headers on the level just beneath {H}.",
        "What sub-headings does {H} have?",
    ),
    "footnote": (
        "Does note {M} apply to the {N} entry of {R}?",
        "Is the {N} entry for {R} marked with footnote {M}?",
        "Look at {W}, {N}: does it carry the mark {M}?",
        "Should the remark {note} be kept in mind when reading {N} for {R}?",
        "Does the footnote {note} concern the {N} entry of {R}?",
        "Is footnote {M} attached to the entry for {R} in {K}?",
        "Where {W} meets {K}, is there a superscript {M}?",
    ),
    "footnoted": (
        "Which entry carries the footnote mark {M}?",
        "To which cell is the note {note} attached?",
        "What is the text of the cell marked with {M}?",
        "Find the superscript {M}: which entry is it printed on?",
        "One cell refers to footnote {M}. What does that cell say?",
        "Which piece of text does the remark {note} belong to?",
        "Give the entry that is flagged {M}.",
    ),
    "follow": (
        "The {N} entry of {R} refers to another row. What does it stand for there?",
        "Under {N}, {R} only points to a different row: what is the entry there?",
        "Follow the cross-reference in {K} for {R}. Which entry does it lead to?",
        "What is meant by the reference that {R} has under {N}?",
        "In {W}, {K} sends you to another row. What do you find in that place?",
        "Resolve the reference printed for {R} under {N}.",
        "Which {N} entry applies to {R} once its cross-reference is followed?",
    ),
    "count": (
        "How many rows have {condition}{S}?",
        "Count the rows that have {condition}{S}.",
        "What is the number of rows with {condition}{S}?",
        "In how many rows do you find {condition}{S}?",
        "Determine how many rows show {condition}{S}.",
        "Check row by row: how many have {condition}{S}?",
        "Tell me the number of rows that have {condition}{S}.",
    ),
    "extreme": (
        "Which {E} has the {most} {N}{S}?",
        "What {E} shows the {most} entry in {K}{S}?",
        "Name the {E} with the {most} value for {N}{S}.",
        "For which {E} is {N} the {most}{S}?",
        "Where does {K} reach its {most} value{S}? Name the {E}.",
        "Find the {E} that has the {most} figure under {N}{S}.",
        "Looking down {K}, which {E} comes out {most}{S}?",
        "Identify the {E} whose {N} figure is the {most}{S}.",
    ),
    "extreme_value": (
        "What is the {most} {N} value{S}, and which {E} has it?",
        "Give the {most} number in {K}{S} together with its {E}.",
        "How {far} does {K} go{S}, and for which {E}?",
        "State the {most} entry of {K}{S} and the {E} it belongs to.",
        "Find the {most} figure under {N}{S}; also say which {E} it comes from.",
        "Which {E} has the {most} {N} entry{S}, and what is that entry?",
        "Report the {most} value listed for {N}{S} and name its {E}.",
    ),
    "compare": (
        "Which has the {more} {N}, {R} or {Q}?",
        "Between {R} and {Q}, which one shows the {more} value in {K}?",
        "Compare {R} with {Q}: for which of them is {N} {more}?",
        "Of {R} and {Q}, which comes out {more} under {N}?",
        "Take {W} and {V}. Which has the {more} entry in {K}?",
        "{N}: is it {more} for {R} or for {Q}?",
        "Set {R} against {Q}. Whose {N} figure is {more}?",
    ),
    "rank": (
        "At what position does {R} come when the rows are sorted by {N}, {order}?",
        "Sort the rows by {K} ({order}). Which place does {R} take?",
        "What is the rank of {R} by {N} if 1 is the {most}?",
        "Ranking all rows by {N}, {order}, where does {R} stand?",
        "If {K} is put in order, {order}, what number in the list is {R}?",
        "Counting the {most} as first, which place does {R} hold in {K}?",
        "How does {R} rank on {N}, with the {most} value in first place?",
    ),
    "kth": (
        "Which {E} has the {kth} {most} {N}?",
        "Name the {E} that comes {kth} when {K} is sorted, {order}.",
        "Put the rows in order of {N}, {order}: which {E} is {kth}?",
        "What {E} shows the {kth} {most} value in {K}?",
        "Which {E} takes the {kth} place by {N}, counting the {most} as first?",
        "Find the {E} with the {kth} {most} entry under {N}.",
        "Ranked by {K}, {order}, who or what is {kth}? Name the {E}.",
    ),
    "lookup_at_extreme": (
        "What is the {D} entry of the {E} with the {most} {N}?",
        "Find the {E} with the {most} value in {K}. What does it show under {D}?",
        "The {E} that has the {most} {N} figure: what is listed for it under {D}?",
        "Which {D} entry goes with the {most} value in {K}?",
        "Take the row where {N} is {most} and read off its {D} entry.",
        "Where {K} is at its {most}, what stands under {D}?",
        "For the {E} having the {most} {N}, give the entry under {D}.",
    ),
    "sum": (
        "What is the sum of {K}{S}?",
        "Add up {N}{S}: what do you get?",
        "What do the {N} figures come to in total{S}?",
        "Calculate the total of {N}{S}.",
        "How much is it altogether if you add the entries of {K}{S}?",
        "Work out the sum of all {N} values{S}.",
        "Summing the entries under {N}{S}, what is the result?",
    ),
    "mean": (
        "What is the average of {K}{S}?",
        "Calculate the mean of {N}{S}.",
        "What {N} value results on average{S}?",
        "Work out the arithmetic mean of the {N} figures{S}.",
        "Averaging the entries under {N}{S}, what do you get?",
        "Find the mean value in {K}{S}.",
        "On average, what is listed under {N}{S}?",
    ),
    "sum_where": (
        "What is the sum of {N} over the rows where {G} is {T}?",
        "Add up {K} for all rows that have {T} under {G}: what is the total?",
        "Taking only rows with {T} in the {G} column, what do the {N} figures add up to?",
        "How much do the rows marked {T} under {G} contribute to {N} altogether?",
        "Select the rows whose {G} entry is {T} and total their {N} values.",
        "For the rows listing {T} as {G}, work out the sum under {N}.",
        "Considering just those rows where {G} reads {T}, what is their combined {N}?",
    ),
    "sum_under": (
        "What do all the columns under {H} add up to for {R}?",
        "For {R}, what is the total across the columns below {H}?",
        "Add the entries of {W} that stand under {H}. What is the result?",
        "Summing {W} over the whole {H} group, what do you get?",
        "How much does {R} have in total under the merged header {H}?",
        "Calculate the sum of the {H} entries for {R}.",
        "Across {H}, what is the combined figure of {R}?",
    ),
    "difference": (
        "For {R}, what is {N} minus {D}?",
        "Subtract {D} from {N} for {R}: what is left?",
        "What do you get when the {D} entry of {R} is taken away from its {N} entry?",
        "In {W}, how far apart are {N} and {D}, computed as the first minus the second?",
        "Calculate the difference {N} minus {D} for {R}.",
        "Work out {N} less {D} in {W}.",
        "Take the {N} figure of {R} and deduct {D}. What results?",
    ),
    "spread": (
        "What is the difference between the highest and the lowest entry of {K}{S}?",
        "How far apart are the largest and the smallest {N} figure{S}?",
        "Compute the range of {N}{S}, that is, maximum minus minimum.",
        "By how much does the top value in {K} exceed the bottom one{S}?",
        "Subtract the smallest from the largest entry under {N}{S}.",
        "What is the gap between the maximum and the minimum of {N}{S}?",
        "Work out how wide the {N} values range{S}, from lowest to highest.",
    ),
}

CLOSINGS: dict[str, tuple[str, ...]] = {
    "short": (
        "", "Answer briefly.", "Give just the answer.", "Nothing but the answer, please.",
        "Keep the reply as short as possible.", "No explanation needed.", "Reply with the bare result.",
    ),
    "sentence": (
        "Answer in a full sentence.", "Reply with one complete sentence.", "Please put it in a sentence.",
        "Respond in a sentence.", "State the result as a sentence.",
    ),
    "steps": (
        "Show your working.", "Explain how you get there.", "Go step by step.",
        "List the entries you use before giving the result.", "Walk me through it.",
        "Say which numbers you rely on, then conclude.", "Include the reasoning.",
    ),
}  # fmt: skip

ROUNDINGS: tuple[str, ...] = (
    "Round to {places}.", "Give it to {places}.", "Use {places} in the result.", "The result should have {places}.",
)  # fmt: skip

SENTENCES: dict[str, tuple[str, ...]] = {
    "cell": ("The cell reads {A}.", "It says {A}.", "{A} is written there.", "That cell contains {A}."),
    "lookup": ("The {N} entry for {R} is {A}.", "For {R}, {K} shows {A}.", "Under {N}, {R} is listed with {A}.",
               "{R} has {A} under {N}."),
    "find_row": ("It is {A} that has {T} under {N}.", "{A} shows {T} in {K}.", "The entry {T} in {K} belongs to {A}.",
                 "The {E} with {T} under {N} is {A}."),
    "header_of": ("{T} stands under the header {A}.", "The column with {T} is headed {A}.",
                  "The entry {T} belongs to the column {A}.", "It is in the column {A}."),
    "children": ("The headers below {H} are {A}.", "{H} is split into {A}.", "Directly under {H} stand {A}.",
                 "{H} spans {A}."),
    "footnote": ("{yes} the entry for {R} under {N} {does} carry the mark {M}.",
                 "{yes} note {M} {applies} to the {N} entry of {R}.",
                 "{yes} the {N} entry of {R} {isnt} marked {M}."),
    "footnoted": ("The mark {M} is printed on {A}.", "Footnote {M} belongs to {A}.", "It is {A} that carries {M}.",
                  "The note marked {M} refers to {A}."),
    "follow": ("The reference leads to {A}.", "Following it, you find {A}.",
               "It points to {owner}, where {A} is entered.",
               "For {R}, the {N} entry stands for {A}, taken from {owner}."),
    "count": ("{There} with {condition}{S}.", "{Rows} {condition}{S}.", "The count is {A}.",
              "The number of rows with {condition}{S} is {A}."),
    "extreme": ("{A} has the {most} {N}{S}.", "The {most} entry in {K}{S} belongs to {A}.",
                "It is {A} that has the {most} value under {N}{S}.", "The {E} with the {most} {N}{S} is {A}."),
    "extreme_value": ("The {most} entry in {K}{S} is {A}, for {owner}.", "It is {A}, listed for {owner}.",
                      "{owner} has the {most} value under {N}{S}, namely {A}.",
                      "With {A}, {owner} has the {most} {N} entry{S}."),
    "compare": ("{A} has the {more} {N}.", "The {more} value in {K} belongs to {A}.", "{N} is {more} for {A}.",
                "Of the two, {A} shows the {more} {N} entry."),
    "rank": ("{R} is in place {A}.", "By {N}, {R} comes {nth}.", "{R} ranks {nth} in {K}.",
             "The rank of {R} is {A}."),
    "kth": ("{A} comes {kth} by {N}.", "The {kth} {most} entry in {K} belongs to {A}.", "In place {k} is {A}.",
            "It is {A} that has the {kth} {most} value under {N}."),
    "lookup_at_extreme": ("The {D} entry is {A}, found for {owner}.",
                          "{owner} has the {most} {N}; under {D} it shows {A}.",
                          "Under {D} stands {A}, because the {most} value in {K} belongs to {owner}.",
                          "For {owner}, which has the {most} {N}, the {D} entry is {A}."),
    "sum": ("The sum of {K}{S} is {A}.", "Together, the {N} figures{S} come to {A}.", "The total{S} is {A}.",
            "Adding up {N}{S} gives {A}."),
    "mean": ("The average of {K}{S} is {A}.", "On average, {N}{S} comes to {A}.", "The mean{S} is {A}.",
             "Averaging {N}{S} gives {A}."),
    "sum_where": ("The rows with {T} under {G} have a combined {N} of {A}.", "For {T}, the {N} figures add up to {A}.",
                  "The sum under {N} is {A} for the rows where {G} is {T}.", "Together these rows come to {A}."),
    "sum_under": ("For {R}, the columns under {H} add up to {A}.", "{R} has {A} in total under {H}.",
                  "The total across {H} is {A} for {R}.", "Under {H}, the entries of {R} come to {A}."),
    "difference": ("For {R}, {N} minus {D} is {A}.", "The difference for {R} is {A}.",
                   "{N} less {D} gives {A} for {R}.",
                   "Subtracting {D} from {N} leaves {A} for {R}."),
    "spread": ("The highest and the lowest entry of {K}{S} differ by {A}.", "The range of {N}{S} is {A}.",
               "Maximum minus minimum{S} is {A}.", "There is a gap of {A} between the largest and the smallest value."),
}  # fmt: skip

SCOPES: tuple[str, ...] = (
    " in the section {section}", " within {section}", " among the rows of {section}", " in the {section} part",
)  # fmt: skip
WITHOUT_TOTALS: tuple[str, ...] = (
    " without the {rows}", " ({rows} excluded)", " apart from the {rows}", " (not counting the {rows})",
)  # fmt: skip
TOTALS_ASIDE: tuple[str, ...] = (
    "Ignore the {rows}.", "Leave the {rows} out of account.", "The {rows} should not be considered.",
)  # fmt: skip

ROW_NUMBERS: tuple[str, ...] = (
    "Number the rows from 1, starting just below the header.", "The first row below the header is row 1.",
    "Give the row's number, counted from the first line under the header.",
)  # fmt: skip

CONDITIONS: dict[str, tuple[str, ...]] = {
    "above": ("more than {T} under {N}", "{N} above {T}", "an entry greater than {T} in {K}"),
    "below": ("less than {T} under {N}", "{N} below {T}", "an entry smaller than {T} in {K}"),
    "at_least": ("{T} or more under {N}", "{N} of at least {T}", "an entry of {T} or higher in {K}"),
    "at_most": ("{T} or less under {N}", "{N} of at most {T}", "an entry of {T} or lower in {K}"),
    "equals": ("{T} under {N}", "the entry {T} in {K}", "{T} as the {N} entry"),
}

MOST: dict[str, tuple[str, ...]] = {
    "max": ("highest", "largest", "greatest"),
    "min": ("lowest", "smallest"),
}
ORDERS: dict[str, tuple[str, ...]] = {
    "descending": ("largest first", "from highest to lowest", "in descending order"),
    "ascending": ("smallest first", "from lowest to highest", "in ascending order"),
}
MORE: dict[str, tuple[str, ...]] = {"larger": ("higher", "larger", "greater"), "smaller": ("lower", "smaller")}

LEADS: tuple[str, ...] = (
    "The entries I need:", "Reading the table:", "These figures matter:", "From the table:", "Relevant entries:",
    "First the values:",
)  # fmt: skip
CONCLUSIONS: tuple[str, ...] = (
    "Answer: {A}", "So the answer is {A}.", "Result: {A}", "Therefore: {A}", "Hence {A}.", "That gives {A}.",
)  # fmt: skip
