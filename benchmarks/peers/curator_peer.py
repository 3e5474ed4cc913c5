"""bespoke curator as a participant; runs in its own virtual environment (see `common` for the command line).

Choices, each the fairest found:
 - Back end `openai` with `base_url`: it talks aiohttp directly. The LiteLLM back end (`--backend litellm`) multiplies
   its retries with those of the vendor's SDK, three requests for each of its own.
 - The tokenizer table that this back end downloads before its first request is replaced (`tokenizer_offline`).
 - `max_concurrent_requests` = 64; limits per minute out of reach, so that they never hold a request back.
 - `max_retries` is left at its default of 10, that is 11 requests for a row that never succeeds; fewer would lose rows
   to transient faults, because a 429 counts as an attempt and its `Retry-After` is not read.
 - `require_all_responses` off: failed rows go to a file instead of ending the run.
 - Resume is its cache: the same program with the same working folder goes on from the answers on disk.
 - Images: `Image(url=PATH)`; inline `Image(content=BASE64)` from a table written by its generator interface.
 - No hosted viewer, no telemetry (environment variables set by `measure`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bespokelabs import curator
from common import IN_FLIGHT, Job, arguments, job, prompt, tokenizer_offline, version
from datasets import Dataset

OUT_OF_REACH = 10**9
MODEL = "gpt-4o-mini"  # a name its price table knows as one that takes images; the endpoint ignores it


class Ask(curator.LLM):
    """One question per row, with its image if it has one."""

    def prompt(self, row: dict[str, Any]) -> Any:
        text = prompt(row["index"])
        if "path" in row:
            return text, curator.types.Image(url=row["path"])
        if "content" in row:
            return text, curator.types.Image(content=row["content"], mime_type="image/png")
        return text

    def parse(self, row: dict[str, Any], response: str) -> dict[str, Any]:
        return {"index": row["index"], "answer": response}


def table(task: Job) -> list[dict[str, Any]] | Dataset:
    """The input: numbers, with paths or contents of images where the case has them."""
    if task.inline:
        return Dataset.from_generator(encoded_rows, gen_kwargs={"task": task})
    rows: list[dict[str, Any]] = [{"index": index} for index in range(task.rows)]
    return [row | {"path": task.image(row["index"])} for row in rows] if task.case == "images" else rows


def encoded_rows(task: Job) -> Iterator[dict[str, Any]]:
    for index in range(task.rows):
        yield {"index": index, "content": task.encoded(index)}


def failed(path: Path | None) -> list[int]:
    """Rows in its file of failed requests."""
    if path is None:
        return []
    return [json.loads(line)["original_row_idx"] for line in path.read_text().splitlines()]


def main() -> None:
    parser = arguments()
    parser.add_argument("--backend", choices=("openai", "litellm"), default="openai")
    given = parser.parse_args()
    task = job(given)
    tokenizer_offline()
    limits = {
        "max_concurrent_requests": IN_FLIGHT,
        "max_requests_per_minute": OUT_OF_REACH,
        "max_tokens_per_minute": OUT_OF_REACH,
        "require_all_responses": False,
    }
    model = MODEL if given.backend == "openai" else f"openai/{MODEL}"
    asker = Ask(model_name=model, backend=given.backend, backend_params={"base_url": task.url, **limits})
    made = asker(table(task), working_dir=str(task.out / "curator"))
    task.report(
        made.dataset["answer"] if len(made.dataset) else [],
        failed(made.failed_requests_path),
        "failed_requests.jsonl",
        package=version("bespokelabs-curator"),
        backend=given.backend,
        max_retries="default (10)",
    )


if __name__ == "__main__":
    main()
