"""A folder of pictures: one sample each, in the order of their relative paths.

Covered: any depth, hidden files left out, a caption in a `.txt` file of the same name beside the picture (the answer to
the picture alone; without one the sample has no messages), the first folder as the domain. Data files in the folder
(JSON, CSV, Parquet, tar …) are not read, so that a folder with some is read only where this reader is named. Not
covered: metadata files (see `image_folder_hf`), folders as class labels.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import image_from_file
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.formats.look import PICTURES, Look, files_below
from mmrecipes.formats.reader import Reader, ReadOptions, RowError
from mmrecipes.formats.unrecognised import named_files


def picture_names(folder: Path) -> list[str]:
    """Relative POSIX paths of the pictures below a folder, sorted, without hidden ones. Raises `InputError` when there
    are none."""
    names = sorted(n for n in files_below(folder) if PurePosixPath(n).suffix.lower() in PICTURES)
    if not names:
        raise InputError(f"{folder} holds no pictures ({', '.join(sorted(PICTURES))})")
    return names


def domain_of(name: str) -> str:
    """The first folder of a relative path, or nothing."""
    return name.partition("/")[0] if "/" in name else ""


def utf8_name(name: str) -> str:
    """The name, if it can be written down. Raises `RowError` with reason `bad_file_name` when it is not UTF-8."""
    shown = os.fsencode(name).decode("utf-8", "backslashreplace")
    if shown != name:
        raise RowError("bad_file_name", f"{shown} is not UTF-8; rename it")
    return name


@dataclass(frozen=True, slots=True)
class FolderRows:
    """The pictures of a folder."""

    folder: Path
    names: Sequence[str]
    remarks: Sequence[str] = ()

    @property
    def columns(self) -> Sequence[str]:
        """Looks for captions until there is one: only who asks for the columns pays for that."""
        captions = any((self.folder / name).with_suffix(".txt").exists() for name in self.names)
        return ("image", "caption") if captions else ("image",)

    def __len__(self) -> int:
        return len(self.names)

    def sample(self, index: int) -> Sample:
        name = utf8_name(self.names[index])
        path = self.folder / name
        image = image_from_file(path)
        caption = _caption(path.with_suffix(".txt"))
        domain = domain_of(name)
        return Sample(
            id=name,
            source=domain,
            truth_source="annotated",
            images=(image,),
            kind="chat" if caption else "record",
            messages=(user(image), assistant(caption)) if caption else (),
            meta={"file_name": name, **({"domain": domain} if domain else {})},
        )


def _caption(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as e:
        raise RowError("not_utf8", f"{path} is not UTF-8: {e}") from e
    except OSError as e:
        raise RowError("unreadable_caption", f"{path} cannot be read: {e.strerror or e}") from e


def _open(path: Path, options: ReadOptions) -> FolderRows:
    names = picture_names(path)
    data = Look(path).data_files
    said = (f"not read, only the pictures and .txt captions are: {named_files(data)}",) if data else ()
    return FolderRows(path, names, said)


def _recognises(look: Look) -> str:
    found = look.files(*PICTURES) if look.is_folder and not look.data_files else ()
    return f"a folder with pictures, first {found[0].name}" if found else ""


READERS = (
    Reader(
        "image-folder", "a folder of pictures, with captions in .txt beside them or not", _recognises, _open, rank=90
    ),
)
