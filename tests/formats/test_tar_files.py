"""Claims about tar archives: what lies where, what is left out and why, equal bytes for equal samples."""

from __future__ import annotations

import tarfile
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import FileRange
from mmrecipes.formats.export import Export
from mmrecipes.formats.reader import RowError
from mmrecipes.formats.tar_files import ShardWriter, TarSamples, image_at
from mmrecipes_tests.formats.tarring import header, members, tar
from mmrecipes_tests.store.samples import picture

LONG = "d" * 90 + "/" + "n" * 90


def content(samples: TarSamples) -> list[tuple[str, dict[str, bytes]]]:
    read = (samples.read(i) for i in range(len(samples)))
    return [(key, {m.extension: m.place.read() for m in found}) for key, found in read]


def reason(samples: TarSamples, index: int) -> str:
    with pytest.raises(RowError) as e:
        samples.read(index)
    return e.value.reason


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_members_are_read_where_they_lie_in_every_dialect(tmp_path: Path, form: int) -> None:
    path = tar(
        tmp_path / "a.tar", [(f"{LONG}.txt", "one"), (f"{LONG}.a.b.JSON", b"x" * 1000), ("2.txt", "")], format=form
    )
    assert content(TarSamples([path])) == [(LONG, {"txt": b"one", "a.b.json": b"x" * 1000}), ("2", {"txt": b""})]


def test_a_key_ends_at_the_first_dot_of_the_last_part_and_folders_belong_to_it(tmp_path: Path) -> None:
    path = tar(tmp_path / "a.tar", [("v1.0/x.seg.png", "a"), ("v1.0/x.jpg", "b"), ("v1.1/x.jpg", "c")])
    assert [k for k, _ in content(TarSamples([path]))] == ["v1.0/x", "v1.1/x"]


def test_members_of_one_key_that_lie_apart_are_one_sample_and_that_is_said(tmp_path: Path) -> None:
    path = tar(tmp_path / "a.tar", [("1.jpg", "a"), ("2.jpg", "b"), ("1.txt", "c"), ("2.txt", "d")])
    samples = TarSamples([path])
    assert content(samples) == [("1", {"jpg": b"a", "txt": b"c"}), ("2", {"jpg": b"b", "txt": b"d"})]
    assert "apart" in samples.remarks[0]


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(("jpg", "txt", "json"))), unique=True, min_size=1))
def test_every_member_is_in_exactly_one_sample_in_the_order_of_keys(tmp_path_factory: Any, names: Any) -> None:
    path = tar(tmp_path_factory.mktemp("t") / "a.tar", [(f"{k}.{e}", f"{k}{e}") for k, e in names])
    expected: dict[str, dict[str, bytes]] = {}
    for key, extension in names:
        expected.setdefault(key, {})[extension] = f"{key}{extension}".encode()
    assert content(TarSamples([path])) == list(expected.items())


def test_samples_of_several_archives_come_one_after_the_other_at_random_too(tmp_path: Path) -> None:
    paths = [tar(tmp_path / f"{s}.tar", [(f"{s}{i}.txt", f"{s}{i}") for i in range(3)]) for s in "ab"]
    samples = TarSamples(paths)
    assert [samples.read(i)[0] for i in (5, 0, 3, 2)] == ["b2", "a0", "b0", "a2"]
    assert samples.shard(2).name == "a.tar" and samples.shard(3).name == "b.tar"
    assert not samples.repeats


def test_a_key_in_two_archives_is_noticed(tmp_path: Path) -> None:
    assert TarSamples([tar(tmp_path / f"{s}.tar", [("0.txt", s)]) for s in "ab"]).repeats


def test_a_repeated_key_and_extension_is_an_error_of_that_sample_alone(tmp_path: Path) -> None:
    samples = TarSamples([tar(tmp_path / "a.tar", [("1.txt", "a"), ("1.TXT", "b"), ("2.txt", "c")])])
    assert reason(samples, 0) == "repeated_member"
    assert samples.read(1)[0] == "2"


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (header("1.jpg", tarfile.SYMTYPE, "/etc/passwd"), "link_member"),
        (header("1.jpg", tarfile.LNKTYPE, "0.jpg"), "link_member"),
        (header("1.jpg", tarfile.CHRTYPE), "device_member"),
        (header("1.jpg", tarfile.FIFOTYPE), "device_member"),
        (header("1.jpg", tarfile.CONTTYPE), ""),
        (("/etc/1.jpg", "x"), "unsafe_name"),
        (("a/../../1.jpg", "x"), "unsafe_name"),
    ],
)
def test_links_devices_and_names_that_leave_the_archive_are_never_followed(tmp_path: Path, bad: Any, why: str) -> None:
    samples = TarSamples([tar(tmp_path / "a.tar", [("0.jpg", "a"), bad, ("2.jpg", "c")])])
    assert [samples.read(i)[0] for i in (0, 2)] == ["0", "2"]
    if why:
        assert reason(samples, 1) == why


def test_a_name_that_is_not_utf8_is_an_error_of_its_sample_and_can_be_printed(tmp_path: Path) -> None:
    path = tar(tmp_path / "a.tar", [("0.jpg", "a"), ("b\udcff.jpg", "b")], format=tarfile.GNU_FORMAT)
    samples = TarSamples([path])
    with pytest.raises(RowError, match=r"udcff") as e:
        samples.read(1)
    assert e.value.reason == "bad_member_name" and str(e.value).encode()


def test_members_without_a_key_and_metadata_are_left_out_and_counted(tmp_path: Path) -> None:
    names = ("README", "._1.jpg", "1.jpg", "__meta__/x.json", "folder/noextension")
    samples = TarSamples([tar(tmp_path / "a.tar", [(n, "x") for n in names])])
    assert [k for k, _ in content(samples)] == ["1"]
    assert "3 members have no KEY.EXTENSION name" in samples.remarks[0]


def test_an_archive_cut_anywhere_loses_its_last_sample_with_a_reason_and_nothing_before_it(tmp_path: Path) -> None:
    whole = tar(tmp_path / "whole.tar", [(f"{i}.{e}", bytes([i + 1]) * 700) for i in range(3) for e in ("jpg", "txt")])
    data = whole.read_bytes()
    member = 512 + 1024
    for cut in (member * 4 + 100, member * 4 + 512, member * 5 - 1, member * 5, member * 5 + 300, member * 6 - 1):
        path = tmp_path / f"{cut}.tar"
        path.write_bytes(data[:cut])
        samples = TarSamples([path])
        assert "cut short" in samples.remarks[0] or "broken" in samples.remarks[0], cut
        *good, last = range(len(samples))
        assert [samples.read(i)[0] for i in good] == ["0", "1"][: len(good)], cut
        assert reason(samples, last) == "truncated_shard", cut


def test_a_header_that_is_damaged_in_the_middle_is_no_silent_end(tmp_path: Path) -> None:
    data = bytearray(tar(tmp_path / "a.tar", [(f"{i}.txt", "x") for i in range(4)]).read_bytes())
    data[2 * 1024 : 2 * 1024 + 8] = b"\xff" * 8
    (tmp_path / "a.tar").write_bytes(data)
    samples = TarSamples([tmp_path / "a.tar"])
    assert "broken at byte 2,048" in samples.remarks[0]
    assert reason(samples, len(samples) - 1) == "truncated_shard"


def test_what_stands_behind_the_end_mark_is_said(tmp_path: Path) -> None:
    first, second = (tar(tmp_path / f"{n}.tar", [(f"{n}.txt", b"x" * 30_000)]) for n in "ab")
    first.write_bytes(first.read_bytes() + second.read_bytes())
    assert "behind its end mark" in TarSamples([first]).remarks[0]


def test_compressed_archives_are_refused_with_what_to_do(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("1.txt"))
    with pytest.raises(InputError, match="gunzip"):
        TarSamples([tmp_path / "a.tar.gz"])


@pytest.mark.parametrize("data", [b"", b"no archive at all" * 100, b"\0" * 10_240])
def test_what_is_no_archive_or_an_empty_one_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.tar").write_bytes(data)
    with pytest.raises(InputError):
        TarSamples([tmp_path / "a.tar"])


def test_an_archive_that_changes_meanwhile_is_noticed(tmp_path: Path) -> None:
    paths = [tar(tmp_path / f"{s}.tar", [(f"{s}.txt", s)]) for s in "ab"]
    samples = TarSamples(paths)
    tar(paths[1], [("b.txt", "longer" * 5000)])
    with pytest.raises(InputError, match="changed"):
        samples.read(1)


def most_bytes(path: Path, count: int) -> int:
    """The most memory that it takes to find so many samples of two members each."""
    tar(path, [(f"{i:06d}.{e}", b"") for i in range(count) for e in ("jpg", "txt")])
    tracemalloc.start()
    samples = TarSamples([path])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(samples) == count
    return most


def test_memory_grows_by_a_few_bytes_per_sample(tmp_path: Path) -> None:
    most_bytes(tmp_path / "first.tar", 10)
    grown = most_bytes(tmp_path / "many.tar", 1_200) - most_bytes(tmp_path / "few.tar", 200)
    assert grown < 1_000 * 150


def test_an_image_stays_in_the_archive(tmp_path: Path) -> None:
    image = picture(1, (30, 20), "JPEG")
    samples = TarSamples([tar(tmp_path / "a.tar", [("0.txt", "x"), ("1.jpg", image.data)])])
    (member,) = samples.read(1)[1]
    found = image_at(member.place)
    assert isinstance(found.source, FileRange) and found.source.path == (tmp_path / "a.tar").resolve()
    assert (found.data, found.sha256, found.size) == (image.data, image.sha256, (30, 20))


def shards(folder: Path, count: int, most: int) -> ShardWriter:
    export = Export(folder, folder, "drop", {}, ())
    with ShardWriter(export.new_text, "train", most) as writer:
        for i in range(count):
            writer.add(f"{i:09d}", {"jpg": bytes([i]), "txt": b"t"})
    return writer


def test_shards_hold_so_many_samples_each_and_sizes_say_how_many(tmp_path: Path) -> None:
    assert shards(tmp_path, 7, 3).sizes == {"00000.tar": 3, "00001.tar": 3, "00002.tar": 1}
    assert [len(names) for names in members(tmp_path).values()] == [6, 6, 2]
    assert (tmp_path / "train/sizes.json").exists()


def test_equal_samples_give_equal_bytes_whoever_writes_them_and_when(tmp_path: Path) -> None:
    for name in "ab":
        shards(tmp_path / name, 3, 2)
    first, second = ([p.read_bytes() for p in sorted((tmp_path / n).rglob("*.tar"))] for n in "ab")
    assert first == second
    with tarfile.open(tmp_path / "a/train/00000.tar") as archive:
        assert {(m.mtime, m.uid, m.gid, m.uname, m.gname) for m in archive} == {(0, 0, 0, "", "")}


def test_a_folder_of_shards_has_a_plain_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot name a folder"):
        ShardWriter(Export(tmp_path, tmp_path, "drop", {}, ()).new_text, "../out", 3)
