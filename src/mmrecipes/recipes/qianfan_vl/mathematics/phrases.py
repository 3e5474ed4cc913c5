"""The phrase bank of the mathematics task, English. Data only; `turns` composes them.

A request is opening + core + closing, chosen independently. {k} is the number of a line, {s} a line of the solution.
"""

from __future__ import annotations

OPENINGS: tuple[str, ...] = (
    "",
    "",
    "Look at the picture.",
    "Here is a problem.",
    "Read the exercise in the image.",
    "The photo shows an exercise.",
    "This is from my homework.",
    "See the attached problem.",
    "Please look at this problem.",
    "I have this exercise in front of me.",
    "Take a look at the task in the image.",
    "A question from a worksheet:",
    "Consider the problem shown.",
)

CORES: dict[str, tuple[str, ...]] = {
    "solve": (
        "Solve it step by step.",
        "Work through it and show every step.",
        "Show me the full solution.",
        "How is it solved? Explain each step.",
        "Give a worked solution.",
        "Solve it and write down all steps.",
        "Find the answer and show your working.",
        "Walk me through the solution.",
        "Please solve it, one step at a time.",
        "Derive the answer step by step.",
    ),
    "answer": (
        "What is the answer?",
        "Give only the final answer.",
        "Just the result, please.",
        "State the final result without any working.",
        "Answer it in as few words as possible.",
        "I need only the answer.",
        "What comes out? The result is enough.",
        "Write down the final answer and nothing else.",
        "Tell me the result, no explanation.",
        "Reply with the answer only.",
    ),
    "choice": (
        "Which option is right?",
        "Choose the correct option.",
        "Which of the answers given is correct?",
        "Pick the right letter.",
        "Select the correct answer.",
        "Which choice is correct?",
        "One of the options is right. Which?",
        "Decide which option is the answer.",
    ),
    "error": (
        "The solution written below the problem has a mistake. Which line is the first wrong one, and what is wrong?",
        "Somebody solved it but made a mistake. Find the first wrong step.",
        "Check the solution in the image and find its mistake.",
        "In which step does the worked solution go wrong, and how should that step read?",
        "Correct this solution: where is the first mistake?",
        "One step of the solution does not follow. Which one, and why?",
        "Mark this work: where does it first go wrong?",
        "A student's solution is shown. Point out the first wrong line.",
        "Find the first error in the steps.",
    ),
    "explain": (
        "Explain step {k} of the solution.",
        "What happens in step {k}, and why is it allowed?",
        "I do not understand line {k}. What is done there?",
        "Why does line {k} follow?",
        "Tell me what is done in step {k} and which rule is behind it.",
        "Justify step {k}.",
        "How do you get to line {k}?",
        "Please explain the step numbered {k}.",
        "Which rule leads to line {k}?",
    ),
    "transcribe": (
        "Transcribe all text as Markdown with LaTeX.",
        "Write the text of the picture down, formulas as LaTeX.",
        "Convert the page to Markdown; use LaTeX for the mathematics.",
        "Give the text exactly as printed, with formulas in dollar signs.",
        "Type out what is written, mathematics in LaTeX.",
        "Turn this into Markdown and LaTeX source.",
        "Copy the text word by word; formulas go between dollar signs.",
        "What does the page say? Answer in Markdown with LaTeX formulas.",
    ),
}

CLOSINGS: dict[str, tuple[str, ...]] = {
    "solve": (
        "",
        "",
        "End with the answer.",
        "Name the rule used in each step.",
        "Close with the result on a line of its own.",
    ),
    "answer": ("", "", "Use exact values.", "Do not round."),
    "choice.letter": ("", "Answer with the letter only.", "Give just the letter.", "Reply with a single letter."),
    "choice.reason": ("Give a reason.", "Show how you get there.", "Explain your choice with the steps."),
    "error": (
        "",
        "",
        "Name the line number first.",
        "Say what the line should be.",
        "Start with the number of the line.",
    ),
    "explain": ("", "", "Keep it short.", "One or two sentences will do."),
    "transcribe": (
        "",
        "",
        "Leave figures out.",
        "Do not describe any drawing.",
        "Text only, no description of figures.",
    ),
}

SOLUTION_HEADS = (
    "",
    "",
    "Solution:",
    "Here is the solution.",
    "Let us go step by step.",
    "Working:",
    "The steps are:",
    "We proceed step by step.",
)
FINALS = (
    "Answer: {a}",
    "The answer is {a}.",
    "So the result is {a}.",
    "Result: {a}",
    "Hence the answer is {a}.",
    "Final answer: {a}",
    "This gives {a}.",
    "Therefore: {a}",
)
CHOSEN = ("Option {l} is right.", "So {l} is correct.", "That is option {l}.", "The answer is {l}.")
STEP_MARKS = ("{}.", "Step {}:", "({})", "{})")

EXPLAINED = (
    "In step {k}: {t}. {w}",
    "{T}. {w}",
    "Line {k} comes from this: {t}. {w}",
    "Here the idea is: {t}. {w}",
    "What is done: {t}. {w}",
    "To get to line {k}: {t}. {w}",
)
REASONS = (
    "This works because {w}.",
    "The rule behind it: {w}.",
    "Reason: {w}.",
    "The justification is that {w}.",
    "It rests on this: {w}.",
)
SIMPLE_REASONS = (
    "It is plain arithmetic.",
    "This is just arithmetic.",
    "Only arithmetic is needed.",
    "Nothing but arithmetic.",
)

FOUND = (
    "Step {k} is the first wrong one: {m}.",
    "Line {k} is wrong: {m}.",
    "The mistake is in line {k}: {m}.",
    "It goes wrong in step {k}: {m}.",
    "{k}. This line has the mistake: {m}.",
    "Number {k} is the first wrong line: {m}.",
)
INSTEAD = (
    "It should read {r}.",
    "The line should be {r}.",
    "Correct would be {r}.",
    "Right is {r}.",
    "Instead, the step gives {r}.",
)
