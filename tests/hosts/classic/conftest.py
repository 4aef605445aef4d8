"""The add-in, written once for all tests of this folder."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import olefile
import pytest
import xlwings

from addin.hosts.classic.install import build

BASE = Path(xlwings.__file__).with_name("quickstart_addin_ribbon.xlam")


@pytest.fixture(scope="session")
def addin_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """kpi.xlam in Finnish, for the Python that runs the tests."""
    return build(tmp_path_factory.mktemp("addin") / "kpi.xlam", "fi")


def streams(package: Path) -> dict[str, bytes]:
    """Every stream of the package's VBA project, read by olefile, which raises for any defect."""
    with zipfile.ZipFile(package) as archive:
        project = io.BytesIO(archive.read("xl/vbaProject.bin"))
    with olefile.OleFileIO(project, raise_defects=olefile.DEFECT_INCORRECT) as found:
        return {"/".join(name): found.openstream(name).read() for name in found.listdir()}
