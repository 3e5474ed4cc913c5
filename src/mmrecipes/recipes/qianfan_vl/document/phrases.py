"""The phrases questions and replies about documents are composed of, in English."""

from __future__ import annotations

PREFIX = ""
OPENINGS = (
    "",
    "",
    "Look at the document. ",
    "From the page shown: ",
    "Please read the document. ",
    "Reading the scan, ",
    "About this document: ",
    "Here is a document. ",
    "Check the page carefully. ",
    "Using only what is printed, ",
    "I need one detail from this document. ",
    "Question about the scan: ",
)
SHORT = (
    "",
    "",
    " Answer briefly.",
    " Give only the answer.",
    " Reply with the value alone.",
    " Keep it short.",
    " No explanation, please.",
)
VERBATIM = (" Answer as printed.", " Quote it exactly.")
"""Further short requests, for answers that stand in the document as they are."""
FULL = (
    " Answer in a sentence.",
    " Please reply in one full sentence.",
    " Use a complete sentence.",
    " Say it in a sentence.",
)

CORES: dict[str, tuple[str, ...]] = {
    "lookup": (
        "what is the {spoken}?",
        "what does the document give as the {spoken}?",
        "find the {spoken}.",
        "please read out the {spoken}.",
        "which {spoken} is stated?",
        "what is printed as the {spoken}?",
        "I am looking for the {spoken}; what is it?",
        "tell me the {spoken}.",
    ),
    "field": (
        "what is entered under {label}?",
        "what is the value of the field {label}?",
        "what does the field {label} say?",
        "read the entry for {label}.",
        "which value belongs to {label}?",
        "what is given for {label}?",
        "what stands next to {label}?",
        "find the field {label} and give its content.",
    ),
    "title": (
        "what is the title?",
        "what is the document called?",
        "give the title as printed.",
        "what does the main heading say?",
        "which title stands at the top?",
        "what is the name of this document?",
    ),
    "count": (
        "how many {things} are there?",
        "count the {things}.",
        "how many {things} does the document have?",
        "what is the number of {things}?",
        "how many {things} can you see?",
        "tell me how many {things} it contains.",
    ),
    "next_heading": (
        "which heading follows {heading}?",
        "what is the next heading after {heading}?",
        "after {heading}, which heading comes?",
        "name the heading that comes directly after {heading}.",
        "the section {heading} is followed by which heading?",
    ),
    "sentence": (
        "what is the {which} sentence under {heading}?",
        "quote the {which} sentence of the section {heading}.",
        "copy the {which} sentence below the heading {heading}.",
        "how does the text under {heading} {verb}? Quote the {which} sentence.",
        "give the {which} sentence of the text under {heading}.",
    ),
    "page_of": (
        "on which page is {target}?",
        "which page shows {target}?",
        "where is {target}? Give the page.",
        "find {target} and give the number of its page.",
        "what page would I turn to for {target}?",
    ),
    "more": (
        "which of pages {a} and {b} has more {things}?",
        "are there more {things} on page {a} or on page {b}?",
        "compare pages {a} and {b}: which one has more {things}?",
        "page {a} or page {b}: where are there more {things}?",
    ),
    "difference": (
        "by how much does the {a} exceed the {b}?",
        "what is the difference between the {a} and the {b}?",
        "take the {b} from the {a}: what is left?",
        "how much larger is the {a} than the {b}?",
        "how far apart are the {a} and the {b}?",
    ),
    "sum_column": (
        "add up the column {column} over all rows of items: what do you get?",
        "what is the sum of the entries in the column {column}, totals left out?",
        "what do the single entries of {column} come to together?",
        "sum the values listed under {column}, without any total row.",
        "what is the total of the item rows in the column {column}?",
    ),
    "largest": (
        "which row has the {extreme} value in the column {column}?",
        "which entry is {extreme} in {column}?",
        "for which row is {column} {extreme}?",
        "name the row whose {column} is {extreme}.",
        "where in the table is {column} {extreme}?",
    ),
    "cell": (
        "what is the value of {column} for {row}?",
        "in the row {row}, what stands under {column}?",
        "read the cell in the row {row} and the column {column}.",
        "which {column} is listed for {row}?",
        "for {row}, what is given under {column}?",
    ),
    "days_between": (
        "how many days lie between the {a} and the {b}?",
        "how many days after the {a} is the {b}?",
        "count the days from the {a} to the {b}.",
        "what is the number of days from the {a} to the {b}?",
        "how long is it from the {a} to the {b}, in days?",
    ),
    "dish": (
        "what does {dish} cost?",
        "what is the price of {dish}?",
        "how much is {dish}?",
        "which price is given for {dish}?",
        "what would I pay for {dish}?",
        "find the price of {dish}.",
    ),
}

REPLIES: dict[str, tuple[str, ...]] = {
    "lookup": ("The {spoken} is {x}.", "The document gives {x} as the {spoken}.", "{x} is the {spoken}."),
    "field": ("The field {label} says {x}.", "Under {label} stands {x}.", "{x} is entered under {label}."),
    "title": ("The title is {x}.", "The document is called {x}.", "{x} is the title."),
    "count": ("There are {x} {things}.", "The document has {x} {things}.", "I count {x} {things}."),
    "next_heading": ("The next heading is {x}.", "{heading} is followed by {x}.", "{x} comes next."),
    "sentence": ("The {which} sentence is: {x}", "It reads: {x}"),
    "page_of": ("It is on page {x}.", "Page {x} shows it.", "You find it on page {x}."),
    "more": ("Page {x} has more {things}.", "There are more {things} on page {x}."),
    "difference": ("The difference is {x}.", "The {a} exceeds the {b} by {x}.", "They are {x} apart."),
    "sum_column": ("Together they come to {x}.", "The sum is {x}.", "The entries of {column} add up to {x}."),
    "largest": (
        "The {column} is {extreme} for {x}.",
        "It is {extreme} in the row {x}.",
        "{x} has the {extreme} value.",
    ),
    "cell": ("For {row} the table gives {x}.", "The value is {x}.", "{x} is listed under {column}."),
    "days_between": ("There are {x} days between them.", "It is {x} days.", "The {b} comes {x} days after the {a}."),
    "dish": ("{dish} costs {x}.", "The price is {x}.", "It is {x}."),
}
EMPTY_REPLIES = (
    "The field {label} is empty.",
    "Nothing is entered under {label}.",
    "The field {label} was left blank.",
)
EMPTY_RULE = (
    " If it is empty, give an empty answer.",
    " Give an empty string if nothing is entered.",
    " Leave the answer empty if the field is.",
    " An empty field means an empty answer.",
)

THINGS = {
    "heading": "headings",
    "paragraph": "paragraphs",
    "table": "tables",
    "figure": "figures",
    "formula": "displayed formulas",
    "field": "labelled fields",
    "item": "list items",
    "empty": "empty fields",
    "row": "rows of data in the table",
    "column": "columns in the table",
    "page": "pages",
}
MEASURES: dict[str, str] = {}
MEASURE = ""
TARGETS = {"table": "the table", "figure": "the figure"}
HEADING = "the heading {text}"
WHICH = {"first": "first", "last": "last"}
VERBS = {"first": "begin", "last": "end"}
EXTREMES = ("highest", "lowest")
ASKED = {"": ""}

MARKDOWN = (
    "Convert this document to Markdown.",
    "Write the document down as Markdown.",
    "Transcribe the pages as Markdown.",
    "Turn the scan into Markdown.",
    "Give me the content as Markdown.",
    "Parse this document into Markdown.",
    "Extract everything as Markdown, in reading order.",
    "Please transcribe what you see as Markdown.",
)
MARKDOWN_RULES = (
    "",
    " Leave out headers, footers and page numbers.",
    " Keep the levels of the headings.",
    " Use pipe tables and $ for formulas.",
    " Omit running headers and page numbers.",
    " Keep the reading order.",
    " Preserve tables, lists and emphasis.",
    " Separate pages by a horizontal rule.",
)
ELEMENTS = (
    "List the elements of this document in reading order",
    "Detect all layout elements in reading order",
    "Describe the layout element by element",
    "Give the layout of the document",
    "Find every block of the document, in the order in which it is read",
    "Segment the document into its elements",
    "Return the layout elements in reading order",
    "Analyse the layout of these pages",
)
ELEMENTS_FORM = (
    " as JSON: a list of objects with type, page, box and text.",
    " as a JSON list with the keys type, page, box and text.",
    "; answer with JSON objects holding type, page, box (x0, y0, x1, y1 in pixels) and text.",
    " in JSON, each with its type, its page, its box in pixels and its text.",
)
OUTLINE = (
    "Give the outline of this document as a nested list.",
    "Write the table of contents as a nested list.",
    "List title and headings, indented by level.",
    "Show the structure of headings as a nested list.",
    "What is the outline of the document? Use a nested list.",
    "Extract the hierarchy of headings as a bulleted list.",
)
EXTRACT = (
    "Extract all fields as JSON",
    "Read all labelled fields into JSON",
    "Return every field with its value as JSON",
    "Give the form's entries as a JSON object",
    "Turn the labelled values into a JSON object",
    "Collect label and value of every field in JSON",
)
EXTRACT_RULES = (
    ", with an empty string for empty fields.",
    '; empty fields get "".',
    '. Use "" where nothing is entered.',
    '; an empty field has the value "".',
    ", labels as keys.",
    ". Labels are the keys, empty entries stay empty strings.",
)
READ = (
    "Read all the text on the page.",
    "What does the page say? Give the whole text.",
    "Transcribe the text.",
    "Write out all the words, in reading order.",
    "Give the plain text of the document.",
    "Read the document aloud, as plain text.",
    "OCR this document.",
    "Return the text without any markup.",
)
READ_RULES = (
    "",
    " Start a new line for every block.",
    " No markup.",
    " Keep the order of reading.",
    " Plain text only.",
    " One block per line.",
)

SPOKEN: dict[str, str] = {
    "invoice_number": "invoice number",
    "invoice_date": "invoice date",
    "due_date": "due date",
    "order_date": "order date",
    "delivery_date": "delivery date",
    "customer_number": "customer number",
    "subtotal": "net total",
    "tax": "amount of tax",
    "tax_rate": "tax rate",
    "total": "total amount",
    "discount": "discount",
    "shipping": "charge for carriage",
    "seller": "name of the seller",
    "buyer": "name of the customer",
    "account": "account number for the payment",
    "sender": "name of the sender",
    "sender_company": "organisation that sent the letter",
    "recipient": "name of the recipient",
    "letter_date": "date of the letter",
    "subject": "subject line",
    "signatory_role": "position of the person who signed",
    "reference": "reference",
    "direct_line": "telephone extension",
    "cash": "cash given",
    "change": "change returned",
    "receipt_number": "receipt number",
    "receipt_date": "date of the purchase",
    "time": "time of the purchase",
    "cashier": "name of the cashier",
    "party_a": "name of the first party",
    "party_b": "name of the second party",
    "contract_date": "date of the contract",
    "start_date": "date on which it begins",
    "end_date": "date on which it ends",
    "contract_amount": "agreed payment",
    "place": "place of performance",
    "title": "title",
    "author": "name of the author",
    "report_date": "date of the report",
    "top": "entry with the highest value",
    "low": "entry with the lowest value",
    "top_value": "highest value",
    "low_value": "lowest value",
    "first_author": "first author",
    "paper": "name of the newspaper",
    "issue_date": "date of issue",
    "price": "price of the paper",
    "issue": "number of the issue",
    "holder": "name of the holder",
    "issuer": "name of the issuer",
    "course": "subject of the course",
    "hours": "number of hours",
    "signatory": "name of the person who signed",
    "second_signatory": "name of the second person who signed",
    "certificate_number": "certificate number",
    "restaurant": "name of the restaurant",
    "birth_date": "date of birth",
    "expiry_date": "date of expiry",
    "card_number": "card number",
    "surname": "surname",
    "first_name": "first name",
    "notice_date": "date of the notice",
    "notice_issuer": "name of the body that gives notice",
}
"""What questions call the facts that they may ask for."""


def quoted(text: str) -> str:
    """A text between quotation marks that it does not hold itself."""
    return f'"{text}"' if '"' not in text else f"“{text}”"
