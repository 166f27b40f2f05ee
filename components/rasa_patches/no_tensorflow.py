"""Rasa without TensorFlow: `python -m components.rasa_patches.no_tensorflow run ...` is Rasa's command.

Rasa 3.6 imports TensorFlow for components that this bot does not have. That costs each process a
third of a gigabyte and some seconds. Here empty stand-ins take its place: enough for `import` and
for classes that are defined and never made. Plain `rasa` works as ever, with the real one.
"""

from __future__ import annotations

import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from components.rasa_patches import blas

STOOD_IN_FOR = frozenset({"keras", "tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text"})
_VERSION = "2.12.0"  # Rasa asks for it and compares
# A second thread on a product of one row gains nothing, and spins while it waits for the next one.
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def install() -> None:
    """Stand in for TensorFlow in this process; call it before Rasa is imported."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _StandInType(type):
    """Type of every name that a module of TensorFlow is asked for."""

    def __getattr__(cls, name: str) -> Any:
        return _stand_in(name)

    def __getitem__(cls, key: Any) -> Any:
        return cls

    def __or__(cls, other: Any) -> Any:  # in annotations
        return cls

    __ror__ = __or__

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        is_decorator = cls.__dict__.get("is_stand_in") and len(arguments) == 1 and callable(arguments[0])
        return arguments[0] if is_decorator else super().__call__()


def _stand_in(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return _StandInType(name, (), {"is_stand_in": True, "__module__": "tensorflow"})


class _Module(ModuleType):
    __version__ = _VERSION

    def __getattr__(self, name: str) -> Any:
        value = _stand_in(name)
        setattr(self, name, value)
        return value


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        is_ours = name.partition(".")[0] in STOOD_IN_FOR
        return ModuleSpec(name, self, is_package=True) if is_ours else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = _Module(spec.name)
        module.__path__ = []
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing stands in it."""


def main() -> None:
    """Run Rasa's command line."""
    for name in _ONE_THREAD:  # read when numpy is imported
        os.environ.setdefault(name, "1")
    blas.use_this_processor()
    install()
    from rasa.__main__ import main as rasa

    rasa()


if __name__ == "__main__":
    main()
