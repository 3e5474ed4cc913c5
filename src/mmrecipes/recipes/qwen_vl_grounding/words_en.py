"""English wording: questions, demands on the format, answers in sentences.

Slots of questions: {many} "cats", {one} "cat", {a} "a cat", {list} "cats, dogs and buses", {either} "cats, dogs
or buses", {ref} the phrase as the convention marks it, {place} a place as the convention writes it. A frame is a
question and a demand; every pair is legal.
"""

from __future__ import annotations

_VERBS = ("Find", "Locate", "Detect", "Point out", "Mark", "Identify", "Spot", "Box", "Highlight")


def _each(verbs: tuple[str, ...], objects: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{verb} {thing}" for verb in verbs for thing in objects)


ASKS: dict[str, tuple[str, ...]] = {
    "detection": (
        *_each(
            _VERBS,
            (
                "all {many} in the image.",
                "every {one} in this picture.",
                "each {one} you can see here.",
                "any {many} shown in this image.",
            ),
        ),
        "Where in the image can {many} be seen?",
        "Which parts of the picture show {a}?",
        "I am looking for {many}. Where in this image are they?",
        "Go through the picture and note every {one}.",
        "Which areas of this image contain {a}?",
        "List the position of every {one} in the picture.",
        "Search the image for {many}.",
        "Draw a box around each {one}, if there is any.",
    ),
    "multi_detection": (
        *_each(
            _VERBS,
            (
                "all {list} in the image.",
                "the {list} in this picture.",
                "every instance of these kinds: {list}.",
                "any {either} that the image shows.",
            ),
        ),
        "Where in this image are the {list}?",
        "Search the picture for {list}.",
        "List the positions of all {list}.",
        "These kinds are of interest: {list}. Where does each one occur?",
    ),
    "referring_grounding": (
        *_each(
            ("Find", "Locate", "Point out", "Mark", "Identify", "Spot", "Box", "Highlight"),
            ("{ref}.", "{ref} in the image.", "{ref} in this picture."),
        ),
        "What is the position of {ref}?",
        "In which part of the image would one find {ref}?",
        "Where in the picture should I look for {ref}?",
        "Show me where to find {ref}.",
        "Draw a box around {ref}.",
        "Which area of the image shows {ref}?",
        "Tell me the location of {ref} in this image.",
        "I am looking for {ref}. Where in the picture?",
        "Could you locate {ref} for me?",
        "Please find {ref} in the image.",
        "Which region does this describe: {ref}?",
        "Please mark the extent of {ref}.",
    ),
    "referring_description": (
        "What is at {place}?",
        "What can be seen at {place}?",
        "Name the object at {place}.",
        "Which object is located at {place}?",
        "Tell me what {place} shows.",
        "What does the region {place} show?",
        "Describe what is at {place}.",
        "What kind of thing is at {place}?",
        "Look at {place}. What is it?",
        "Identify the object at {place}.",
        "What is the content of {place}?",
        "Please name what you see at {place}.",
        "In this image, what is at {place}?",
        "What would you call the thing at {place}?",
        "Give a name to what is at {place}.",
        "Which thing does {place} enclose?",
        "Say what is found at {place}.",
        "The place is {place}. What is there?",
        "I marked {place}. What did I mark?",
        "What object does {place} refer to?",
        "Here is a location: {place}. What does it show?",
        "What is visible at {place} in the picture?",
        "Put a name to the object at {place}.",
        "Consider {place}: what is it?",
        "Which object would you find at {place}?",
        "Can you tell what is at {place}?",
        "Can you name the object at {place}?",
        "At {place} there is something. What is it?",
        "What has been marked at {place}?",
        "What occupies {place}?",
        "Recognise the object at {place}.",
        "Classify what is at {place}.",
        "What do you see at {place} in this image?",
        "State what is shown at {place}.",
        "Please identify what is at {place}.",
        "Write down what is at {place}.",
        "What is the thing at {place}?",
        "Give the name of the object at {place}.",
    ),
    "grounded_caption": _each(
        (
            "Describe the image",
            "Describe this picture",
            "Write a caption for the image",
            "Caption this picture",
            "Say what the image shows",
            "Summarise the picture in a sentence",
            "Write a description of the picture",
            "Tell me what can be seen in this image",
        ),
        (
            "and give the position of the things you mention.",
            "and locate each object you name.",
            "and give a place for every object you mention.",
            "and ground the phrases in the image.",
            "and tie the words to places in the image.",
        ),
    ),
    "ocr": _each(
        (
            "Read all the text in the image",
            "Transcribe every line of text",
            "Extract the text from this picture",
            "Find and read all the writing in the image",
            "Copy out all visible text",
            "Detect and transcribe the text in this image",
            "List every piece of text you can read",
            "Recognise all text in the picture",
        ),
        (
            "and give its position.",
            "and say where it is.",
            "together with its position.",
            "with its coordinates.",
            "and locate each piece.",
        ),
    ),
    "existence": _each(
        (
            "Is there {a} in this image?",
            "Can you see {a} here?",
            "Does the picture show {a}?",
            "Does this image contain any {many}?",
            "Are there any {many} in the picture?",
            "Is {a} visible in the image?",
            "Does {a} appear in this picture?",
            "Can any {many} be found here?",
            "Do you notice {a} in the image?",
            "Is there at least one {one} to be seen?",
        ),
        (
            "If so, where?",
            "If so, mark every one.",
            "If yes, show where.",
            "Locate what you find.",
            "If so, say where.",
        ),
    ),
    "counting": _each(
        (
            "How many {many} are in the image?",
            "How many {many} can you see?",
            "Count the {many} in this picture.",
            "What is the number of {many} here?",
            "Count all the {many} in the image.",
            "Tell me how many {many} there are.",
            "Give the count of {many}.",
            "Find out how many {many} are shown.",
            "How many {many} does the picture show?",
        ),
        (
            "Locate each one.",
            "Show where they are.",
            "Mark them all.",
            "Give the place of each.",
            "Point each one out.",
        ),
    ),
    "pointing": (
        *_each(
            ("Point at", "Point to", "Put a point on", "Click on", "Place a marker on", "Set a point on", "Tap"),
            ("{ref}.", "{ref} in the image.", "{ref} in this picture.", "{ref}, please."),
        ),
        "Give one point that lies on {ref}.",
        "Where exactly should I click to select {ref}?",
        "Which point of the image belongs to {ref}?",
        "A single point is enough: show me {ref}.",
        "Show me {ref} with a point.",
        "Name one position that lies on {ref}.",
    ),
}

DEMANDS: dict[str, tuple[str, ...]] = {
    "one": (
        "Give the {noun} as {form}.",
        "Answer with a {noun} in the form {form}.",
        "Write the position as {form}.",
        "Use the format {form}.",
        "Report the {noun} as {form}, in {range}.",
        "The {noun} should look like {form}.",
        "Coordinates are {range}, written {form}.",
        "Format: {form}.",
        "Reply with {form}.",
        "State the {noun} in {range}: {form}.",
    ),
    "many": (
        "Give each {noun} as {form}.",
        "Answer with {nouns} in the form {form}.",
        "Write every position as {form}.",
        "Use the format {form}.",
        "Report the {nouns} as {form}, in {range}.",
        "Each {noun} should look like {form}.",
        "Coordinates are {range}, written {form}.",
        "Format: {form}.",
        "Write {form} for each of them.",
        "State every {noun} in {range}: {form}.",
    ),
}
BRIEF = ("", "Answer briefly.", "A short answer is enough.", "Be brief.", "Keep the answer short.")
"""Demands on an answer without places."""
NOUNS = {
    "box": ("bounding box", "bounding boxes"),
    "quad": ("quadrilateral", "quadrilaterals"),
    "point": ("point", "points"),
}

PHRASES: dict[str, tuple[str, ...]] = {
    "": ("the {one}",),
    "leftmost": ("the leftmost {one}", "the {one} farthest to the left"),
    "rightmost": ("the rightmost {one}", "the {one} farthest to the right"),
    "topmost": ("the topmost {one}", "the highest {one}", "the {one} nearest to the top edge"),
    "bottommost": ("the bottommost {one}", "the lowest {one}", "the {one} nearest to the bottom edge"),
    "second_left": ("the second {one} from the left", "the {one} that comes second from the left"),
    "second_right": ("the second {one} from the right", "the {one} that comes second from the right"),
    "second_top": ("the second {one} from the top", "the {one} that comes second from the top"),
    "second_bottom": ("the second {one} from the bottom", "the {one} that comes second from the bottom"),
    "middle_across": ("the middle one of the three {many}, from left to right",),
    "middle_down": ("the middle one of the three {many}, from top to bottom",),
    "largest": ("the largest {one}", "the biggest {one}", "the {one} that takes up the most room"),
    "smallest": ("the smallest {one}", "the {one} that takes up the least room"),
}

_SEEN = (
    "there {is} {counted} in the image", "there {is} {counted} here", "I can see {counted}", "I count {counted}",
    "{counted} {is} visible", "the image shows {counted}", "the picture contains {counted}",
    "{counted} can be seen", "I find {counted}", "{counted} {is} present",
)  # fmt: skip
_NONE = (
    "there are no {many} in the image", "there are no {many} here", "there is no {one} in this picture",
    "there is no {one} to be seen", "I see no {many}", "I see no {one} in the image", "no {one} is visible",
    "no {many} can be seen here", "the image shows no {many}", "the picture does not contain {a}",
    "{a} is nowhere to be seen", "no {one} appears in the image", "the image has no {many} in it",
    "I cannot find any {many}", "there is not a single {one} here", "no {many} are in the picture",
)  # fmt: skip


def _opened(openings: tuple[str, ...], statements: tuple[str, ...]) -> tuple[str, ...]:
    """Every opening with every statement; letters after a full stop become capitals when it is filled in."""
    return tuple(opening.replace("{s}", s) for opening in openings for s in statements)


YES = _opened(("Yes, {s}:", "Yes. {s}:", "Yes: {s}.", "Yes, indeed: {s}."), _SEEN)
NO = _opened(("No, {s}.", "No. {s}.", "No: {s}."), _NONE)
NOTHING = _opened(("{s}.", "None: {s}.", "Result: {s}."), _NONE)
COUNT = _opened(
    (
        "{s}:", "{s}.", "In total, {s}:", "Altogether, {s}:", "Counting gives this: {s}.", "The result: {s}.",
        "All in all, {s}:",
    ),
    _SEEN,
)  # fmt: skip
_REGIONS = (
    "The region", "The marked area", "This region", "This area", "The marked region", "The indicated area",
    "That part of the image", "This part of the picture", "The indicated region", "The region you gave",
    "The area you marked", "That region", "The selected area", "The selected region", "The region in question",
    "The part you marked", "The marked part of the image", "That area",
)  # fmt: skip
_THERE = (
    "there", "in that region", "in this area", "at this location", "in the marked area", "at the given position",
    "in that part of the image", "in the indicated region", "at that spot",
)  # fmt: skip
DESCRIBED = (
    *_each(("This", "It", "That", "The object", "The marked object", "What you marked"), ("is {a}.",)),
    *_each(_REGIONS, ("shows {a}.", "contains {a}.")),
    *_each(("You can see {a}", "I see {a}", "{a} can be seen"), tuple(f"{where}." for where in _THERE)),
    *_each(("There is {a}",), tuple(f"{where}." for where in _THERE[1:])),
    "{a}.",
    "I would call it {a}.",
    "That would be {a}.",
)
