"""`mmr answers`: every answer can be found, read and exported; nothing a model wrote commands the terminal."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.cli import answer_texts
from mmrecipes.cli.answer_texts import asked, clean, decoded, first_line, replied
from mmrecipes.store.answers import Answer, AnswerLog

Make = Callable[..., Path]


def chat(text: str, **more: Any) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop", **more}
    return json.dumps({"choices": [choice], "usage": {"prompt_tokens": 7}}).encode()


def answer(i: int, **changes: Any) -> Answer:
    image = {"type": "image_url", "image_url": {"url": {"$image": "ab" * 32}}}
    content = [image, {"type": "text", "text": f"What is on picture {i}?\nSay it briefly."}]
    request = {"model": "m/vl-7b", "messages": [{"role": "user", "content": content}], "max_tokens": 512}
    made = Answer(
        key=i.to_bytes(2, "big") * 8, model="m/vl-7b", endpoint="teacher", role="teacher", name="conversation",
        sample=f"llava/{i:06d}", request=json.dumps(request).encode(), response=chat(f"Reply number {i}.\nMore of it."),
        tokens_in=1400, tokens_out=41, images=1, cost=0.0125, seconds=1.5, at=1.7e9 + i,
    )  # fmt: skip
    return replace(made, **changes)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A run's folder with these answers; `lost` calls that were sent and have no answer."""

    def made(*answers: Answer, lost: int = 0) -> Path:
        async def fill(log: AnswerLog) -> None:
            for one in answers:
                await log.put(one)
            for i in range(lost):
                await log.intend(bytes([i]) * 16, 0.5)

        with AnswerLog.open(tmp_path / "data" / "run" / "answers.sqlite") as log:
            asyncio.run(fill(log))
        return tmp_path / "data"

    return made


def printed(capsys: Any) -> str:
    return capsys.readouterr().out


# listing and searching


def test_the_newest_are_listed_last_and_the_rest_is_counted(make, mmr, capsys):
    folder = make(*(answer(i) for i in range(30)))
    assert mmr("answers", folder) == 0
    head, *rows, more = printed(capsys).splitlines()
    assert head.split() == ["key", "sample", "role", "name", "model", "tokens", "cost", "reply"]
    assert [row.split()[1] for row in rows] == [f"llava/{i:06d}" for i in range(10, 30)]
    assert rows[-1].split(maxsplit=7) == [
        "001d001d", "llava/000029", "teacher", "conversation", "m/vl-7b", "1,400+41", "0.0125", "Reply number 29.",
    ]  # fmt: skip
    assert more.startswith("10 more before these: --limit 30")
    assert mmr("answers", folder, "--limit", 30) == 0
    assert "more before" not in (out := printed(capsys)) and len(out.splitlines()) == 31


def test_filters_combine(make, mmr, capsys):
    answers = [answer(i, role=f"r{i % 2}", name=f"n{i % 3}") for i in range(12)]
    folder = make(*answers)
    assert mmr("answers", folder, "--role", "r1", "--name", "n2") == 0
    assert re.findall(r"llava/\d+", printed(capsys)) == ["llava/000005", "llava/000011"]
    assert mmr("answers", folder, "--sample", "llava/000003") == 0
    assert re.findall(r"llava/\d+", printed(capsys)) == ["llava/000003"]
    assert mmr("answers", folder, "--role", "r9") == 0
    assert printed(capsys) == "no answer matches; roles here: r0, r1; names: n0, n1, n2\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [("picture 7", [7]), ("number 3.", [3]), ("briefly.", [*range(9)]), ('a "quoted" word', [8]), ("é漢\n", [8]),
     ("choices", []), ("%", []), ("' OR 1=1 --", []), ("reply number", []), ("ab" * 32, [*range(9)])],
)  # fmt: skip
def test_grep_looks_into_texts_as_they_are_read_not_as_json(make, mmr, capsys, text, found):
    odd = answer(8, response=chat('a "quoted" word, é漢\nand more'))
    folder = make(*(answer(i) for i in range(8)), odd)
    assert mmr("answers", folder, "--grep", text) == 0
    assert [int(i) for i in re.findall(r"llava/(\d+)", printed(capsys))] == found


def test_grep_counts_what_it_does_not_list(make, mmr, capsys):
    folder = make(*(answer(i) for i in range(200)))
    assert mmr("answers", folder, "--grep", "picture 1", "--limit", 2) == 0
    out = printed(capsys)
    assert re.findall(r"llava/(\d+)", out) == ["000198", "000199"]
    assert "109 more before these" in out


def test_reused_stand_in_and_unknown_usage_are_marked(make, mmr, capsys):
    folder = make(answer(1, reused=True), answer(2, stand_in=True), answer(3, usage_known=False))
    assert mmr("answers", folder) == 0
    rows = [line.split() for line in printed(capsys).splitlines()[1:]]
    assert [row[6] for row in rows] == ["reused", "stand-in", "0.0125"]
    assert [row[5] for row in rows] == ["1,400+41", "1,400+41", "≤1,400+41"]


def test_hostile_names_are_values(make, mmr, capsys):
    text = "'; DROP TABLE answers; --"
    folder = make(answer(1, sample=text, role=text, name=text), answer(2))
    for option in ("--sample", "--role", "--name", "--show"):
        assert mmr("answers", folder, option, text) == 0
        assert "00010001" in (out := printed(capsys)) and "00020002" not in out


# one answer


def test_show_prints_one_answer_whole(make, mmr, capsys):
    folder = make(answer(1), answer(2))
    assert mmr("answers", folder, "--show", "0002") == 0
    out = printed(capsys)
    assert out == (
        "key       00020002000200020002000200020002\n"
        "sample    llava/000002\n"
        "role      teacher, prompt conversation\n"
        "model     m/vl-7b at teacher\n"
        "usage     1,400 tokens in, 41 out, 1 images\n"
        "cost      0.0125, 1.50 s\n"
        "answered  2023-11-14 22:13:22 UTC\n"
        'settings  {"model": "m/vl-7b", "max_tokens": 512}\n'
        "-- user\n"
        f"   [image {'ab' * 32}]\n"
        "   What is on picture 2?\n"
        "   Say it briefly.\n"
        "-- reply\n"
        "   Reply number 2.\n"
        "   More of it.\n"
    )


def test_show_prints_all_of_a_sample_in_order(make, mmr, capsys):
    same = "llava/000001"
    folder = make(answer(1), answer(2, sample=same, role="judge"), answer(3), answer(4, sample=same))
    assert mmr("answers", folder, "--show", same) == 0
    assert re.findall(r"key +(\d{4})", printed(capsys)) == ["0001", "0002", "0004"]
    assert mmr("answers", folder, "--show", same, "--role", "judge") == 0
    assert re.findall(r"key +(\d{4})", printed(capsys)) == ["0002"]


def test_show_refuses_what_is_not_one_answer(make, mmr, capsys):
    folder = make(answer(1), answer(2))
    for text, said in (("00", "2 keys begin with 00: give more digits"), ("ff", "no answer for a sample 'ff'"),
                       ("llava/%", "no answer for a sample 'llava/%'"), ("", "no answer for a sample ''")):  # fmt: skip
        assert mmr("answers", folder, "--show", text) == 2
        assert said in capsys.readouterr().err


BODIES = [
    (chat("said"), ["said"]),
    (chat("cut", finish_reason="length"), ["cut"]),
    (json.dumps({"choices": [{"text": "one"}, {"text": "two"}]}).encode(), ["one", "two"]),
    (json.dumps({"text": "sglang", "meta_info": {}}).encode(), ["sglang"]),
    (json.dumps([{"text": "a"}, {"text": "b"}]).encode(), ["a", "b"]),
    (json.dumps({"content": "llama.cpp", "stop_type": "eos"}).encode(), ["llama.cpp"]),
    (json.dumps({"choices": [{"message": {"content": [{"type": "text", "text": "part"}]}}]}).encode(), ["part"]),
    (json.dumps({"choices": [{"message": {"content": None, "refusal": "no"}}]}).encode(), ["[refusal] no"]),
    (b'{"choices": [{"message": {"content": "x"}, "logprobs": NaN}]}', ["x"]),
    (json.dumps({"data": [{"embedding": [0.5] * 64}] * 3}).encode(), ["3 of 64 numbers"]),
    (b"<html>Bad gateway</html>", ["<html>Bad gateway</html>"]),
    (b"\xff\xfe\x00", ["\ufffd\ufffd\x00"]),
    (b"", [""]),
    (b"null", ["null"]),
    (b"[]", ["[]"]),
    (b'{"choices": null}', ['{"choices": null}']),
    (b'{"choices": [null, 7, "x", {"message": [1]}]}', ['{"choices": [null, 7, "x", {"message": [1]}]}']),
    (b'{"choices": [{"message": {"content": {"a": 1}}}]}', ['{"choices": [{"message": {"content": {"a": 1}}}]}']),
    (b'{"data": []}', ['{"data": []}']),
]


@pytest.mark.parametrize(("body", "texts"), BODIES)
def test_every_form_of_reply_is_shown(make, mmr, capsys, body, texts):
    assert [said.text for said in replied(body)] == texts
    folder = make(answer(1, response=body, request=body))
    for arguments in ((), ("--show", "0001"), ("--grep", "x"), ("--json",)):
        assert mmr("answers", folder, *arguments) == 0
    assert "Traceback" not in capsys.readouterr().err


def test_a_reply_that_did_not_simply_end_says_so():
    assert replied(chat("cut", finish_reason="length"))[0].who == "reply, ended by length"
    two = json.dumps({"choices": [{"text": "a"}, {"text": "b", "finish_reason": "content_filter"}]}).encode()
    assert [said.who for said in replied(two)] == ["reply 1 of 2", "reply 2 of 2, ended by content_filter"]


@pytest.mark.parametrize(
    ("request_body", "said"),
    [
        ({"prompt": "raw <image>", "multi_modal_data": {"image": [{"$image": "f0"}]}},
         [("prompt", "raw <image>\n[image f0]")]),
        ({"text": "sglang", "image_data": [{"$image": "f1"}]}, [("prompt", "sglang\n[image f1]")]),
        ({"prompt": {"prompt_string": "llama", "multimodal_data": [{"$image": "f2"}]}},
         [("prompt", "llama\n[image f2]")]),
        ({"input": ["a", "b"]}, [("to embed", "a"), ("to embed", "b")]),
        ({"messages": [{"role": "system", "content": "s"}, {"content": None}, 7]},
         [("system", "s"), ("message", ""), ("message", "")]),
        ({"other": 1}, [("request", '{"other": 1}')]),
    ],
)  # fmt: skip
def test_every_form_of_request_is_shown(request_body, said):
    assert asked(json.dumps(request_body).encode()) == said


# what a model wrote is not trusted

ATTACKS = [
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b]52;c;cm0gLXJm\x1b\\", "\x1b[2J\x1b[H", "\x9b31m", "\x1bP1$r\x1b\\",
    "\x08\x08\x7f", "\rover", "\u202egnp.exe", "\u2066x\u2069", "\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "\x1bc",
    "\x1b[?1049h", "\x1b]unfinished", "\x1b", "\x85\x8d", "\x1b(0", "\x0b\x0c\x00",
]  # fmt: skip
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_a_model_wrote_commands_the_terminal(make, mmr, capsys, attack):
    text = f"before {attack} after"
    hostile = answer(1, response=chat(text, finish_reason=text), sample=text, role=text, name=text, model=text,
                     endpoint=text, request=json.dumps({"messages": [{"role": text, "content": text}], "x": text})
                     .encode())  # fmt: skip
    raw = answer(2, response=text.encode(), request=text.encode(), role=text)
    folder = make(hostile, raw)
    for arguments in ((), ("--show", "0001"), ("--show", "0002"), ("--totals",), ("--json",), ("--totals", "--json"),
                      ("--show", "0001", "--json"), ("--role", "none")):  # fmt: skip
        assert mmr("answers", folder, *arguments) == 0
        out = printed(capsys)
        assert not UNSAFE.search(out), arguments
        assert "before" in out and "after" in out


def test_cleaning_keeps_what_is_text():
    text = "Zeile\n\tein 漢字 🙂 👩‍👩‍👧 naïve שלום نص [31m not an escape ]0; a\\b"
    assert clean(text) == text
    assert clean("a\r\nb\x1b[1;31mred\x1b[0m\x1b]0;t\x07c\x1b]no end") == "a\nbredc]no end"
    assert first_line("\n \n  a   b\nc", 10) == "a b" and first_line("abcdefghijk", 5) == "abcd…"


def test_a_reply_cannot_pass_for_a_heading(make, mmr, capsys):
    folder = make(answer(1, response=chat("fine\n-- reply\nkey       forged")))
    assert mmr("answers", folder, "--show", "0001") == 0
    lines = printed(capsys).splitlines()
    assert lines.count("-- reply") == 1 and "   -- reply" in lines
    assert sum(line.startswith("key") for line in lines) == 1


def test_cleaning_takes_time_in_proportion():
    for text in ("\x1b]" * 200_000, "\x1b[" * 200_000, "\x1b[" + "0;" * 400_000, "\x1bP" + "x" * 800_000):
        clean(text)  # quadratic: minutes


# sums and export


def test_totals_by_role_and_name(make, mmr, capsys):
    folder = make(answer(1), answer(2, name="judge/clarity", role="judge"), answer(3, reused=True), answer(4), lost=3)
    assert mmr("answers", folder, "--totals") == 0
    rows = [re.split(r"\s{2,}", line.strip()) for line in printed(capsys).splitlines()]
    assert rows[1] == ["judge", "judge/clarity", "1", "0", "0", "1,400", "41", "1", "0.0125"]
    assert rows[2] == ["teacher", "conversation", "2", "1", "0", "2,800", "82", "2", "0.025"]
    assert rows[3] == ["total", "3", "1", "0", "4,200", "123", "3", "0.0375"]
    assert rows[4] == ["3 calls were sent, or about to be, and have no answer; they may cost up to 1.5"]
    assert mmr("answers", folder, "--totals", "--json", "--role", "judge") == 0
    found = json.loads(printed(capsys))
    assert [(g["role"], g["calls"], g["cost"]) for g in found["groups"]] == [("judge", 1, 0.0125)]
    assert found["open_calls"] == 3


def test_export_writes_everything_decoded(make, mmr, capsys, tmp_path):
    odd = [answer(100, response=b"\xff no JSON"), answer(101, response=b"[" * 900 + b"]" * 900),
           answer(102, response=b'{"n": 123456789012345678901234567890, "s": "\\ud800"}')]  # fmt: skip
    folder = make(*(answer(i) for i in range(100)), *odd)
    assert mmr("answers", folder, "--export", tmp_path / "out" / "a.jsonl") == 0
    assert "103 answers in" in printed(capsys)
    lines = (tmp_path / "out" / "a.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [r["sample"] for r in rows] == [f"llava/{i:06d}" for i in range(103)]
    first = rows[0]
    assert first["response"] == json.loads(chat("Reply number 0.\nMore of it."))
    assert first["request"]["messages"][0]["content"][1]["text"].startswith("What is on picture 0?")
    assert (first["key"], first["cost"], first["tokens_in"], first["reused"]) == ("00" * 16, 0.0125, 1400, False)
    assert rows[100]["response"] == "\ufffd no JSON"
    assert rows[102]["response"]["n"] == 123456789012345678901234567890


def test_export_takes_the_filters_and_never_replaces_a_file(make, mmr, capsys, tmp_path):
    folder = make(*(answer(i) for i in range(50)))
    out = tmp_path / "a.jsonl"
    assert mmr("answers", folder, "--export", out, "--grep", "picture 3", "--limit", 4) == 0
    samples = [json.loads(line)["sample"] for line in out.read_text().splitlines()]
    assert samples == [f"llava/{i:06d}" for i in (36, 37, 38, 39)]
    before = out.read_bytes()
    assert mmr("answers", folder, "--export", out) == 2
    assert "is there already" in capsys.readouterr().err and out.read_bytes() == before


def test_a_failing_export_leaves_no_file(make, mmr, capsys, tmp_path, monkeypatch):
    folder = make(*(answer(i) for i in range(5)))
    monkeypatch.setattr(answer_texts, "record", lambda a: "x" * 10 if a.key[1] < 3 else 1 / 0)
    assert mmr("answers", folder, "--export", tmp_path / "out" / "a.jsonl") == 1
    assert list((tmp_path / "out").iterdir()) == []


def test_json_is_the_same_records(make, mmr, capsys):
    folder = make(*(answer(i) for i in range(3)))
    assert mmr("answers", folder, "--json", "--limit", 2) == 0
    captured = capsys.readouterr()
    assert [r["sample"] for r in json.loads(captured.out)] == ["llava/000001", "llava/000002"]
    assert "1 more before these" in captured.err
    assert mmr("answers", folder, "--show", "0001", "--json") == 0
    (row,) = json.loads(printed(capsys))
    assert row["response"]["choices"][0]["message"]["content"].startswith("Reply number 1.")
    assert mmr("answers", folder, "--json", "--role", "none") == 0
    assert json.loads(printed(capsys)) == []


# what goes wrong


def test_a_folder_without_answers_is_explained(mmr, capsys, tmp_path):
    assert mmr("answers", tmp_path / "none") == 2
    assert "there is no folder" in capsys.readouterr().err
    assert mmr("answers", tmp_path) == 2
    assert "holds no answers" in capsys.readouterr().err
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "answers.sqlite").write_bytes(b"not a database at all" * 500)
    assert mmr("answers", tmp_path) == 3
    assert "damaged" in (err := capsys.readouterr().err) and "Traceback" not in err


def test_a_log_without_an_answer_is_empty(make, mmr, capsys):
    folder = make()
    for arguments in ((), ("--totals",), ("--json",)):
        assert mmr("answers", folder, *arguments) == 0
    assert "no answer matches; roles here: none" in printed(capsys)


@pytest.mark.parametrize("two", [("--show", "x", "--totals"), ("--totals", "--grep", "x"), ("--limit", "0")])
def test_options_that_exclude_each_other(make, mmr, capsys, two):
    assert mmr("answers", make(answer(1)), *two) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_reader_that_stops_early_is_no_fault(make, spawn):
    folder = make(*(answer(i, response=chat("word " * 2000)) for i in range(200)))
    process = spawn("answers", folder, "--limit", 200, "--json")
    process.stdout.read(100)
    process.stdout.close()
    process.wait(30)
    assert process.stderr.read() == ""


def test_it_reads_while_the_log_is_being_written(make, tmp_path, spawn):
    folder = make(answer(1))

    async def write_and_look(log: AnswerLog) -> None:
        for i in range(2, 8):
            await log.put(answer(i))
            process: subprocess.Popen[str] = spawn("answers", folder, "--json")
            out, err = await asyncio.to_thread(process.communicate)
            assert len(json.loads(out)) == i, err

    with AnswerLog.open(folder / "run" / "answers.sqlite") as log:
        asyncio.run(write_and_look(log))


def test_decoding_is_lenient_and_never_fails():
    assert decoded(b'{"a": NaN}') == {"a": None}
    assert decoded(b"[" * 100_000) == "[" * 100_000
    assert decoded(b'"\\ud800"') == "\ud800"
