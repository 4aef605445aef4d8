"""The project's own modules and texts that the worksheet functions need: found by their imports, copied verbatim."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

ROOT = "addin.hosts.lite.cells"
_OURS = ("addin", "kpi_core")

# Texts and lists are read by name and not by import: folders of kpi_core, and the packages that hold them.
_FOLDERS = ("", "definitions", "intake/layouts", "sentences")
_PACKAGES = ("addin.texts", "kpi_core.definitions", "kpi_core.sentences")


@cache
def sources() -> Mapping[str, str]:
    """The text of each file by its path, e.g. `kpi_core/words.toml`; in order of the paths."""
    found: dict[str, str] = {}
    for module in sorted(_modules()):
        spec = find_spec(module)
        assert spec is not None, module
        assert spec.origin is not None, f"{module} is a file"
        package = spec.submodule_search_locations is not None
        name = f"{module.replace('.', '/')}/__init__.py" if package else f"{module.replace('.', '/')}.py"
        found[name] = Path(spec.origin).read_text("utf-8")
    return dict(sorted((found | dict(_texts())).items()))


def _texts() -> Iterator[tuple[str, str]]:
    yield "addin/texts/functions.toml", files("addin.texts").joinpath("functions.toml").read_text("utf-8")
    for folder in _FOLDERS:
        for file in files("kpi_core").joinpath(folder).iterdir():
            if file.name.endswith(".toml"):
                yield str(PurePosixPath("kpi_core", folder, file.name)), file.read_text("utf-8")


def _modules() -> set[str]:
    """The root and all that it imports of ours, inside functions too; the packages of all these."""
    found: set[str] = set()
    waiting = [ROOT, *_PACKAGES]
    while waiting:
        name = waiting.pop()
        spec = find_spec(name) if name not in found and name.split(".")[0] in _OURS else None
        if spec is None or spec.origin is None:
            continue
        found.add(name)
        waiting += _parents(name)
        waiting += _imported(Path(spec.origin).read_text("utf-8"))
    return found


def _imported(source: str) -> Iterator[str]:
    """What a module imports; `from a import b` may mean the module a.b or a name in a."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in _OURS)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _OURS:
            assert node.module is not None
            yield node.module
            for alias in node.names:
                if _is_module(node.module, alias.name):
                    yield f"{node.module}.{alias.name}"


def _is_module(package: str, name: str) -> bool:
    spec = find_spec(package)
    if spec is None or spec.submodule_search_locations is None:
        return False
    return find_spec(f"{package}.{name}") is not None


def _parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]
