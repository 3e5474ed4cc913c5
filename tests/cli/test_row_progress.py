"""The line of progress of work over rows."""

from __future__ import annotations

import io

from mmrecipes.cli.row_progress import RowProgress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def lines(*moments: tuple[float, str, int], stream: io.StringIO | None = None) -> list[str]:
    """What is printed when these many rows of 1,000 are done at these seconds."""
    now, stream = [0.0], stream or io.StringIO()
    with RowProgress(stream, lambda: now[0]) as progress:
        for seconds, what, done in moments:
            now[0] = seconds
            progress(what, done, 1000)
    return stream.getvalue().splitlines()


def test_a_line_with_rate_and_time_left_comes_after_a_second_and_then_every_five() -> None:
    said = lines(*((second / 2, "looking", 10 * second) for second in range(1, 25)))
    assert said == [
        "looking: 30 of 1,000 rows, 20.0/s, 48 s left", "looking: 130 of 1,000 rows, 20.0/s, 44 s left",
        "looking: 230 of 1,000 rows, 20.0/s, 38 s left",
    ]  # fmt: skip


def test_every_pass_counts_anew_and_a_short_one_says_nothing() -> None:
    said = lines((0, "reading", 1), (0.9, "reading", 999), (1, "looking", 0), (3, "looking", 500))
    assert said == ["looking: 500 of 1,000 rows, 250.0/s, 2 s left"]


def test_on_a_terminal_the_line_is_brought_up_to_date_four_times_a_second() -> None:
    moments = [(second / 4, "writing", 10 * second) for second in range(1, 13)]
    said = "".join(lines(*moments, stream=Terminal()))
    assert "writing: 120 of 1,000 rows, 40.0/s, 22 s left" in said
