"""The extension into LibreOffice's profile and out of it, through LibreOffice's own extension manager.

`unopkg` would do, but refuses to work for root and cannot say whether the functions compute; the extension manager's
service does the same for everybody, and the first formula is tried in a sheet.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from addin.hosts.libreoffice.package import IDENTIFIER
from addin.hosts.libreoffice.program import Office, answer
from addin.hosts.libreoffice.wording import LibreOfficeError

TRIED, EXPECTED = "=LTVCAC(15000;6000)", 2.5  # the catalogue's example


def install(extension: bytes, office: Office, profile: Path | None = None) -> None:
    """Put the extension in place of any older one and see it compute. Raises LibreOfficeError."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "kpi.oxt")
        file.write_bytes(extension)
        said = _managed(office, profile, file=file.as_uri(), formula=TRIED)
    if said["shown"] != EXPECTED:
        raise LibreOfficeError("error.wrong", formula=TRIED, found=said["shown"], expected=EXPECTED)


def uninstall(office: Office, profile: Path | None = None) -> bool:
    """Take the extension away; False where there was none. Raises LibreOfficeError."""
    return bool(_managed(office, profile, file="", formula="")["removed"])


def _managed(office: Office, profile: Path | None, *, file: str, formula: str) -> Mapping[str, Any]:
    request = {
        "soffice": str(office.soffice),
        "profile": profile.resolve().as_uri() if profile else None,
        "identifier": IDENTIFIER,
        "file": file,
        "formula": formula,
    }
    said = answer(office.python, "manage.py", json.dumps(request))
    if said is None:
        raise LibreOfficeError("error.not_started", why=office.python)
    if "failed" in said:
        raise LibreOfficeError(said["failed"], why=said.get("why", ""))
    return said
