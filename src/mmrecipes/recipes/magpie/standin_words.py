"""Words of the stand-in: frames and fillings of instructions, by task."""

from __future__ import annotations

TOPICS = (
    "tides", "compound interest", "sourdough bread", "the water cycle", "photosynthesis", "solar eclipses",
    "chess openings", "watercolour painting", "beekeeping", "supply and demand", "the printing press", "volcanoes",
    "public libraries", "crop rotation", "the human heart", "sailing knots", "bird migration", "glassblowing",
    "the Silk Road", "vaccines", "earthquakes", "jazz harmony", "compost", "bicycle gears", "optical lenses",
    "city planning", "map projections", "coral reefs", "wind turbines", "ancient Rome", "sign languages", "calligraphy",
)  # fmt: skip
READERS = (
    "a ten-year-old", "a new colleague", "my grandmother", "first-year students", "a busy manager", "evening class",
    "readers of a local paper", "a visitor from abroad", "a curious neighbour", "people who dislike science",
    "young farmers", "a museum audience",
)  # fmt: skip
LIMITS = (
    "in three sentences", "with two examples", "without technical words", "in about a hundred words", "step by step",
    "with one comparison from the kitchen", "as a list of five points", "in the style of a letter",
    "using a short story", "and name one common mistake",
)  # fmt: skip
GENERAL = (
    "Explain {topic} to {reader} {limit}.",
    "What should {reader} know about {topic}? Answer {limit}.",
    "I have to talk about {topic} next week. Help me prepare it for {reader}, {limit}.",
    "Write an introduction to {topic} for {reader} {limit}.",
    "Why does {topic} matter to {reader}? Tell me {limit}.",
    "Compare {topic} with {other} for {reader}, {limit}.",
    "Suggest an exercise about {topic} that suits {reader}, described {limit}.",
    "Summarise what {reader} would find surprising about {topic}, {limit}.",
    "Draft a question about {topic} that {reader} can discuss, and justify it {limit}.",
    "How did people learn about {topic} in the past? Put it for {reader} {limit}.",
)
BUYERS = ("Amira", "Jonas", "Priya", "Tomás", "Wei", "Fatou", "Ingrid", "Kofi", "Leila", "Marek", "Nadia", "Oskar")
GOODS = ("apples", "pencils", "tiles", "tickets", "bolts", "candles", "postcards", "bottles", "seeds", "ribbons",
         "coins", "marbles")  # fmt: skip
MATH = (
    "{buyer} buys {a} {goods} at {b} cents each and {c} {others} at {d} cents each. What is the total in cents?",
    "A shop packs {a} boxes of {b} {goods} and {c} boxes of {d} {others}. How many items does {buyer} count in all?",
    "{buyer} walks {a} days for {b} minutes and {c} days for {d} minutes to sell {goods}. How many minutes is that?",
    "There are {a} rows of {b} {goods} and {c} rows of {d} {others}. {buyer} counts them all; what is the number?",
)
LANGUAGES = ("Python", "Rust", "Java", "Go", "TypeScript", "C++", "Kotlin", "Ruby", "Haskell", "Swift")
JOBS = (
    "merges two sorted lists", "finds the longest common prefix of some words", "counts words in a file",
    "checks whether brackets match", "turns Roman numerals into numbers", "rotates a matrix by ninety degrees",
    "finds all anagrams of a word", "parses a date in ISO form", "removes duplicates but keeps the order",
    "computes a moving average", "validates an e-mail address", "splits a bill among friends",
)  # fmt: skip
NEEDS = (
    "and handles empty input", "with a test for every branch", "without the standard library", "in linear time",
    "and explain its memory use", "with clear error messages", "as a small command line tool", "using recursion",
)  # fmt: skip
CODE = (
    "Write a {language} function that {job} {need}.",
    "Show me {language} code which {job} {need}, and comment the tricky line.",
    "My {language} program that {job} is slow; rewrite it {need}.",
    "How would you structure {language} code that {job} {need}?",
)
TRANSLATION = (
    "Translate into {tongue}: please send {count} {goods} to {buyer} before the {day}.",
    "How do I say in {tongue} that {buyer} needs {count} {goods} by the {day}?",
    "Put this note into {tongue}: {buyer}, the {count} {goods} will arrive on the {day}.",
)
TONGUES = ("French", "Swahili", "Korean", "Portuguese", "Turkish", "Polish", "Hindi", "Dutch")
DAYS = ("first of May", "third of June", "tenth of July", "twelfth of August", "last day of autumn", "ninth of October")

REPEATED = "Give me some tips on how to stay focused while I study for a long exam at home."
NEARLY = (
    "Give me some tips on how I can cook a cheap and healthy dinner for four people in less than half an hour {end}."
)
NEAR_ENDS = ("tonight", "today", "tomorrow", "now")
POOR = (
    "make the thing do better with the stuff and so on", "something about it maybe, you know the one",
    "do that again but other and more of the same", "list of the and which one for why",
)  # fmt: skip
ANNOUNCING = ("Correct the mistakes in the following text:", "Sort these names by length:", "Continue this story:",
              "Find the error in the code below:")  # fmt: skip
LEAKED = "assistant\n\nSure, here is what you asked for."
FOREIGN = {
    "de": "Wie kann ich {topic_de} meinen Kindern erklären, und welche Beispiele sind dafür am besten?",
    "fr": "Comment est-ce que je peux expliquer {topic_fr} à mes enfants, et quels exemples sont les plus simples ?",
    "es": "¿Cómo puedo explicar {topic_es} a mis hijos y cuáles son los ejemplos más sencillos para ellos?",
}
FOREIGN_TOPICS = {
    "topic_de": ("die Gezeiten", "den Zinseszins", "den Blutkreislauf", "die Photosynthese", "das Impfen"),
    "topic_fr": ("les marées", "les intérêts composés", "la photosynthèse", "les vaccins", "les volcans"),
    "topic_es": ("las mareas", "el interés compuesto", "la fotosíntesis", "las vacunas", "los volcanes"),
}
FOREIGN_ANSWERS = {
    "de": "Das ist nicht schwer, wenn man mit einem Beispiel aus dem Alltag beginnt und die Kinder fragen lässt.",
    "fr": "C'est plus simple avec un exemple de la vie de tous les jours, et il faut laisser poser des questions.",
    "es": "Es más fácil con un ejemplo de la vida diaria, y hay que dejar que los niños hagan sus preguntas.",
}
ASSISTANT = (
    "Hello! How can I help you today?", "Hi there! What can I do for you?", "Sure! Let me know what you need.",
    "I'm happy to help. How may I assist you?",
)  # fmt: skip
USELESS = "I do not know."
"""What the fault `bad_answer` says."""
OPENINGS = ("It helps to begin with the main idea.", "Here is one way to go about it.", "The short version first.",
            "There are three things to look at.")  # fmt: skip
MIDDLES = (
    "{topic} becomes clear once you look at a single case and ask what changes and what stays.",
    "Most people have met {topic} without noticing; name that moment and build on it.",
    "Take {topic} apart into what one sees, what causes it, and what follows.",
    "Draw {topic} on a sheet of paper, and mark what surprises you.",
)
ENDINGS = ("Leave time for questions.", "End with what you would try next.", "Then let somebody else explain it back.",
           "A short summary at the end keeps it together.")  # fmt: skip
