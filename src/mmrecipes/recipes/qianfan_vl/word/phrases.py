"""English wording of the one turn of a word crop, composed: an opening, a core, a closing."""

from __future__ import annotations

PREFIX, JOINT = "", " "

OPENINGS = (
    "", "", "Look at the crop. ", "This is a cropped word. ", "Here is a small cut-out of a photo. ", "OCR task: ",
)  # fmt: skip

CORES = (
    "What does it say?", "Read the word.", "Which word is shown?", "Transcribe the text.", "What is written here?",
    "Give the text exactly as shown.", "Type what you read.", "Recognise the word in the image.",
    "Write down the text you see.", "Copy the word, keeping upper and lower case.", "What text is in this crop?",
    "State the word that can be read.", "What do the letters say?", "Which characters are shown?",
    "What can be read here?", "Tell me the word in the picture.", "Name the word that is pictured.",
    "Turn the picture into text.", "Convert the lettering to plain text.", "What is the text of this image?",
    "Read out the lettering.", "Please read this for me.", "Please transcribe the word.", "Could you read this word?",
    "Tell what is written.", "Report the text in the image.", "Extract the text.",
    "Return the characters in reading order.", "Type out the word in the picture.", "Which text does the image hold?",
    "How does the lettering read?", "Write the word as it appears.", "Reproduce the text character for character.",
    "Quote the text.", "What is printed here?", "Decipher the word.", "Identify the word.",
    "Make out the text in this picture.", "Which string of characters is this?", "Note down the word you can see.",
    "Give a transcription.", "Give the content of this text image.", "Let me know what the word is.",
    "I need the text of this crop.", "What would a reader see written here?", "Provide the text that is visible.",
    "Enter the text you recognise.", "Say which word this is.", "Find out what is written.", "Read off the text.",
    "What word do the letters form?", "Record the lettering as text.",
)  # fmt: skip

CLOSINGS = ("", "", "Answer with the text only.", "Reply with nothing but the text.", "Keep the case as it is.")
