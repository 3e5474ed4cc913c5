"""mmrecipes as a participant; runs with the interpreter that runs `compare` (see `common` for the command line).

Choices: an ordinary recipe of a user's own (`museum_recipe.py`), one call a row, defaults throughout, one worker
process, 64 calls in flight. A killed run is started with the same command. Lost rows are the recorded errors, which
name the row, the step and the reason.
"""

from __future__ import annotations

from pathlib import Path

from common import IN_FLIGHT, Job, arguments, job, version

from mmrecipes.flow.ledger import errors
from mmrecipes.flow.recipe import LoadedRecipe, load_module
from mmrecipes.flow.run import RunRequest, execute
from mmrecipes.models.binding import Endpoint
from mmrecipes.store.dataset import read_samples

RECIPE = str(Path(__file__).with_name("museum_recipe.py"))


def work(task: Job) -> tuple[list[str], list[int]]:
    """Answers of the rows that came out, and the rows that are named as lost."""
    teacher = Endpoint(model="mock", url=task.url, max_in_flight=IN_FLIGHT)
    recipe = LoadedRecipe("museum", "1", RECIPE, load_module(RECIPE).CARD)
    params = {"rows": task.rows, "images": str(task.images) if task.case == "images" else ""}
    folder = task.out / "museum"
    execute(RunRequest(recipe, folder, params=params, workers=1, models={"teacher": (teacher,)}))
    answers = [s.messages[1].text for s in read_samples(folder)]
    return answers, [int(e.id.rsplit("/", 1)[1]) for e in errors(folder)]


def main() -> None:
    task = job(arguments().parse_args())
    answers, lost = work(task)
    task.report(answers, lost, "ledger, with step and reason", package=version("mmrecipes"), workers=1)


if __name__ == "__main__":
    main()
