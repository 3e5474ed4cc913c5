"""NVIDIA DataDesigner as a participant; runs in its own virtual environment (see `common` for the command line).

Choices, each the fairest found:
 - One text column over a seed table in Parquet, read in order.
 - `max_parallel_requests` = 64; the request controller and the retries are left at their defaults.
 - `resume=IF_POSSIBLE`, its own way to go on: it keeps finished row groups. `--buffer` sets their size: the default of
   1,000 is what users get; 100 is the variant that loses less at a kill.
 - Images: the seed column holds paths, read when the request is built; inline it holds base64. That table is written
   in a stream, so that making the input costs no memory.
 - The health check is skipped, so that every request is a row's. Metrics port off (open and instrumented by default),
   telemetry off (environment variable set by `measure`).
 - The tokenizer table that its profile downloads at the end is replaced (`tokenizer_offline`).
 - It names no lost row: a count in a warning, and the rows are absent from its table.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import data_designer.config as dd
import pyarrow as pa
import pyarrow.parquet as pq
from common import IN_FLIGHT, QUESTION, Job, arguments, job, tokenizer_offline, version
from data_designer.interface import DataDesigner

CHUNK = 16


def seed(task: Job) -> Path:
    """Write the input table; once, so that a resumed run finds the same one."""
    path = task.out / "seed.parquet"
    names = ["number"] + ["image"] * task.case.startswith("images")
    schema = pa.schema([(name, pa.string()) for name in names])
    if path.exists():
        return path
    half = path.with_suffix(".half")
    with pq.ParquetWriter(half, schema) as writer:
        for start in range(0, task.rows, CHUNK):
            writer.write_table(pa.Table.from_pylist([row(task, i) for i in range(start, min(start + CHUNK, task.rows))],
                                                    schema))  # fmt: skip
    return half.rename(path)


def row(task: Job, index: int) -> dict[str, str]:
    made = {"number": f"{index:06d}"}
    if task.case.startswith("images"):
        made["image"] = task.encoded(index) if task.inline else task.image(index)
    return made


def column(task: Job) -> dd.LLMTextColumnConfig:
    """The one generated column."""
    context: dict[str, Any] = {}
    if task.inline:
        stated = {"data_type": dd.ModalityDataType.BASE64, "image_format": dd.ImageFormat.PNG}
        context["multi_modal_context"] = [dd.ImageContext(column_name="image", **stated)]
    elif task.case == "images":
        context["multi_modal_context"] = [dd.ImageContext(column_name="image")]
    return dd.LLMTextColumnConfig(
        name="answer", model_alias="teacher", prompt="row {{ number }}: " + QUESTION, **context
    )


def main() -> None:
    parser = arguments()
    parser.add_argument("--buffer", type=int, default=1000, help="rows in a row group")
    given = parser.parse_args()
    task = job(given)
    tokenizer_offline()
    model = dd.ModelConfig(
        alias="teacher",
        model="mock",
        provider="mock",
        skip_health_check=True,
        inference_parameters=dd.ChatCompletionInferenceParams(max_parallel_requests=IN_FLIGHT),
    )
    builder = dd.DataDesignerConfigBuilder(model_configs=[model])
    source = dd.LocalFileSeedSource(path=str(seed(task)))
    builder.with_seed_dataset(source, sampling_strategy=dd.SamplingStrategy.ORDERED)
    builder.add_column(column(task))
    provider = dd.ModelProvider(name="mock", endpoint=task.url, provider_type="openai", api_key="unused")
    designer = DataDesigner(artifact_path=task.out / "artifacts", model_providers=[provider])
    designer.set_run_config(dd.RunConfig(otel_metrics_port=None, buffer_size=given.buffer))
    made = designer.create(builder, num_records=task.rows, dataset_name="run", resume=dd.ResumeMode.IF_POSSIBLE)
    answers = made.load_dataset()["answer"]
    task.report(answers, [], "a count in a warning", package=version("data-designer"), row_group=given.buffer)


if __name__ == "__main__":
    main()
