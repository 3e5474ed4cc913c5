"""English wording of the scene-text turns, composed: an opening, a core, a closing. `{box}`, `{word}`, `{first}` are
filled in."""

from __future__ import annotations

PREFIX, JOINT = "", " "
YES, NO = "yes", "no"

OPENINGS = (
    "", "", "Look at the photo. ", "Here is a picture of a place. ", "Take a close look. ",
    "You see a scene with text in it. ", "Study the image. ", "In this picture: ",
)  # fmt: skip

READ_ALL = (
    "Read all the text in the image in reading order.",
    "Transcribe every piece of text you can see, from top to bottom.", "What does all the text in this scene say?",
    "Write out everything that is written here, sign by sign.",
    "Give the full text of the scene in natural reading order.", "List all the writing in the picture, line by line.",
    "Which texts appear in this place? Copy them exactly.", "Do OCR on this scene.", "Extract all legible text.",
    "Please copy down all the text shown, in the order a person would read it.",
    "Note every line of text in this picture.", "Report the text of every sign in view.",
)  # fmt: skip
READ_ALL_CLOSINGS = (
    "One line of text per line, with an empty line between signs.", "Separate different signs by a blank line.",
    "Keep the line breaks of each sign, and leave a blank line between signs.",
    "Put a blank line between separate signs.",
)  # fmt: skip
READ_SIGN = (
    "What does the sign at {box} say?", "Read the text inside the box {box}.", "Transcribe the writing within {box}.",
    "Which words are written at {box}?", "Copy the text found in the region {box}.",
    "What is written in the area {box}?", "Give the text of the sign located at {box}.",
    "The region {box} shows a sign. What does it say?", "Please read what stands at {box}.",
    "Tell me the wording of the sign in {box}.",
)  # fmt: skip
READ_FROM = (
    "One of the signs begins with “{first}”. What is its whole text?", "Complete the sign that starts with “{first}”.",
    "Which text follows on the sign beginning “{first}”? Give the whole sign.",
    "Read the entire sign whose first word is “{first}”.",
    "There is a sign starting with the word “{first}”: write out all of it.",
    "Quote in full the sign that opens with “{first}”.",
    "What does the sign with the first word “{first}” say in full?",
    "Find the sign that begins “{first}” and transcribe it.",
)  # fmt: skip
BOX_NOTES = (
    "Boxes are [left, top, right, bottom] in pixels.", "Coordinates are pixels: [x1, y1, x2, y2].",
    "The box is given as [x_min, y_min, x_max, y_max] in pixels.", "Boxes give left, top, right and bottom in pixels.",
)  # fmt: skip
LOCATE = (
    "Where is the word “{word}”?", "Locate the word “{word}” in the image.", "Find “{word}” and give its bounding box.",
    "Give the box around the word “{word}”.", "In which region does “{word}” appear?",
    "Point out where “{word}” is written.", "Detect the text “{word}”.",
    "At what position can the word “{word}” be read?", "Mark the word “{word}” with a box.",
    "Which box encloses “{word}”?",
)  # fmt: skip
LOCATE_NOTES = (
    "Answer with [left, top, right, bottom] in pixels.", "Use pixel coordinates [x1, y1, x2, y2].",
    "Reply with a box [x_min, y_min, x_max, y_max] in pixels.",
    "Give left, top, right and bottom in pixels, in brackets.",
)  # fmt: skip
LIST = (
    "List the words in the picture in reading order.", "Name every word you can read, in order.",
    "Which words can be read here, in reading order?", "Give all words of the scene as a list.",
    "Enumerate the words shown, first to last.", "Write down each word that appears, in order.",
    "Make a list of all words visible in the scene.", "What words occur in this image, from first to last?",
)  # fmt: skip
LIST_CLOSINGS = {
    "comma": ("Separate them by commas.", "Use commas between the words.", "Answer as a comma-separated list."),
    "lines": ("One word per line.", "Put each word on a line of its own.", "Write one word in each line."),
    "json": ("Answer with a JSON array of strings.", "Reply as a JSON list.", "Use a JSON array."),
}
LANGUAGE = (
    "In which language is the text in this scene?", "What language are the signs written in?",
    "Name the language of the text.", "Which language is used on the signs here?",
    "The writing in this picture is in which language?", "Identify the language of the visible text.",
    "What language can be read in this picture?", "Tell me the language of the signs.",
    "Which language do the words on the signs belong to?", "State the language that the text is written in.",
    "Say which language the lettering is in.", "What is the language of the signs in this picture?",
)  # fmt: skip
COUNT = {
    "signs": (
        "How many separate signs carry text?", "Count the signs with writing on them.",
        "On how many different signs is there text?",
        "How many pieces of lettering, each on its own sign or label, are there?",
        "What is the number of signs that can be read?", "How many boards, labels or posters bear text?",
    ),
    "words": (
        "How many words can be read in total?", "Count all words in the scene.",
        "What is the total number of words visible?", "How many words are written here altogether?",
        "Give the number of words in the picture.", "How many words do the signs have in sum?",
    ),
    "lines_on": (
        "How many lines of text does the sign at {box} have?", "Count the lines of text inside {box}.",
        "Over how many lines does the text in {box} run?", "What is the number of text lines at {box}?",
        "How many lines are written within {box}?",
    ),
    "words_on": (
        "How many words are on the sign at {box}?", "Count the words inside {box}.",
        "The sign in {box} has how many words?", "What is the number of words within {box}?",
        "How many words does the text at {box} consist of?",
    ),
}  # fmt: skip
COUNT_NOTE = (
    "Words are separated by spaces.", "A word is whatever stands between spaces.",
    "Take every string between spaces as a word.", "Count space-separated strings.",
)  # fmt: skip
PRESENT = (
    "Does the word “{word}” appear in the scene?", "Is “{word}” written anywhere here?",
    "Can you read “{word}” in this picture?", "Is there a sign with the word “{word}”?",
    "Do any of the signs say “{word}”?", "Is the word “{word}” visible?", "Check whether “{word}” occurs in the image.",
    "Would a reader find “{word}” here?",
)  # fmt: skip

SENTENCES = {
    "sign": ("It says:\n{a}", "The sign reads:\n{a}", "The text is:\n{a}", "It reads:\n{a}"),
    "locate": ("“{word}” is at {a}.", "The word is at {a}.", "It is located at {a}.", "You find it at {a}."),
    "language": ("The text is in {a}.", "The signs are written in {a}.", "It is {a}.", "The language is {a}."),
    "count": ("There are {a}.", "I count {a}.", "The count is {a}.", "It is {a}."),
    "yes": ("Yes.", "Yes, it does.", "Yes, it can be read in the scene.", "Yes, it is there."),
    "no": ("No.", "No, it does not.", "No, that word is not in the scene.", "No, it is not there."),
}
