"""Where this installation's packages lie, written into the extension: LibreOffice's Python takes them from there."""

from __future__ import annotations

import json
import site
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import addin
import kpi_core

OLDEST_PYTHON = (3, 11)  # tomllib; as requires-python in pyproject.toml


@dataclass(frozen=True)
class Environment:
    """The folders to look for packages in, first to last, and the version of ours."""

    folders: tuple[str, ...]
    version: str

    def as_json(self) -> bytes:
        """The file that the component reads."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode("utf-8")


def this_environment() -> Environment:
    """The environment that runs this: our own packages first, wherever an editable installation has them."""
    own = [Path(str(package.__file__)).resolve().parents[1] for package in (addin, kpi_core)]
    others = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    folders = dict.fromkeys([*map(str, own), *(folder for folder in others if Path(folder).is_dir())])
    return Environment(tuple(folders), version("b2b-sales-kpis"))
