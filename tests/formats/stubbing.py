"""Packages that a trainer's data modules import without using them for data, replaced while they are imported.

Inside `stubbed({"peft": {}})` any module of these packages can be imported; a name in one is the value given by its
dotted path below the package, else a class without content. Nothing of it is left in `sys.modules` afterwards.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


class _Anything(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {})
        setattr(self, name, made)
        return made


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, packages: Mapping[str, Mapping[str, Any]]) -> None:
        self._packages = packages

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] not in self._packages:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Anything(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        package, _, below = module.__name__.partition(".")
        for path, value in self._packages[package].items():
            home, _, name = path.rpartition(".")
            if home == below:
                setattr(module, name, value)


@contextmanager
def stubbed(packages: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    finder = _Finder(packages)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [n for n in sys.modules if n.partition(".")[0] in packages]:
            del sys.modules[name]


def package_folder(package: str, install: str) -> Path:
    """Where an installed package lies; skips the test, saying what to install, when it is not there."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        pytest.skip(f"{package} is not installed: pip install --no-deps {install}")
    return Path(spec.origin).parent


def bare_package(name: str, folder: Path) -> types.ModuleType:
    """A package whose `__init__` is not run, so that one of its modules can be imported alone."""
    module = types.ModuleType(name)
    module.__path__ = [str(folder)]
    sys.modules[name] = module
    return module
