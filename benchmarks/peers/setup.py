"""Make a virtual environment for each participant that has one of its own.

    python benchmarks/peers/setup.py [--venvs DIR] [--latest] [--only NAME]

The peers are installed at the versions that were measured, or with `--latest` at those of today. They are no dependency
of mmrecipes and share nothing with its environment. An environment that already holds what is asked is left as it is.
`synthtiger` also runs SynthDoG; templates, configurations, fonts, corpora and pictures of both are on no index: the
benchmarks take them from checkouts of the two projects that `--synthtiger DIR` and `--synthdog DIR` name.
"""

from __future__ import annotations

import argparse
import subprocess
import venv
from pathlib import Path

VENVS = Path.home() / ".cache" / "mmrecipes-peers"
PACKAGES = {
    "bare": ("aiohttp==3.13.5", "orjson==3.11.4"),
    "augraphy": ("augraphy==8.2.6",),
    "curator": ("bespokelabs-curator==0.1.31",),
    "datadesigner": ("data-designer==0.9.7",),
    "trdg": ("trdg==1.8.0", "pillow==9.5.0"),
    "synthtiger": (
        "synthtiger==1.2.1", "pillow==9.5.0", "numpy==1.23.5", "imgaug==0.4.0", "opencv-python==4.11.0.86",
        "scikit-image==0.24.0",
    ),
    "data-juicer": ("py-data-juicer==1.6.1", "imagededup==0.3.3.post2", "aiohttp"),
}  # fmt: skip
STAMP = "installed.txt"


def make(folder: Path, packages: tuple[str, ...]) -> None:
    """One environment with these packages."""
    stamp, wanted = folder / STAMP, "\n".join(packages)
    if stamp.exists() and stamp.read_text() == wanted:
        print(f"{folder}: as asked")
        return
    print(f"{folder}: installing {' '.join(packages)}", flush=True)
    venv.create(folder, with_pip=True)
    subprocess.run([python(folder), "-m", "pip", "install", "--quiet", "--upgrade", *packages], check=True)
    stamp.write_text(wanted)


def python(folder: Path) -> Path:
    """The interpreter of an environment."""
    return folder / "bin" / "python"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venvs", type=Path, default=VENVS, help="folder of the environments (default: %(default)s)")
    parser.add_argument("--latest", action="store_true", help="the newest versions instead of the measured ones")
    parser.add_argument("--only", choices=PACKAGES, help="this environment alone")
    given = parser.parse_args()
    for name, packages in PACKAGES.items():
        if given.only not in (None, name):
            continue
        make(given.venvs / name, tuple(p.partition("==")[0] for p in packages) if given.latest else packages)


if __name__ == "__main__":
    main()
