"""Filled workbooks as PDF, by LibreOffice: many in one run, each written whole or not at all.

The pages are the workbook's own set-up. LibreOffice runs beside whatever the user has open, in a profile of its own
that is thrown away: days and decimals in the workbook's language, no macros, no links to elsewhere.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from addin.fill.files import write
from addin.fill.words import FillError
from addin.soffice import soffice
from kpi_core.texts import Language

Progress = Callable[[int, int, Path], None]

_AT_ONCE = 8  # workbooks a run: starting takes as long as two of them, and the progress shall be seen
_START_SECONDS, _FILE_SECONDS = 120, 60
_LOCALES = {"fi": "fi-FI", "en": "en-GB"}
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>{locale}</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse">
<value>2</value></prop></item>
<item oor:path="/org.openoffice.Office.Java/VirtualMachine"><prop oor:name="Enable" oor:op="fuse">
<value>false</value></prop></item>
</oor:items>
"""


def office() -> Path:
    """LibreOffice's program. Raises FillError where it is not installed."""
    found = soffice()
    if found is None:
        raise FillError("errors.no_libreoffice")
    return found


def printed(workbooks: Sequence[Path], language: Language, progress: Progress | None = None) -> tuple[Path, ...]:
    """A PDF beside each workbook, by its name. An existing one is replaced.

    progress  told after each: how many there are, how many there will be, and the file

    Raises FillError where LibreOffice is missing, does not answer or cannot print a workbook.
    """
    program, done = office(), list[Path]()
    with tempfile.TemporaryDirectory(prefix="kpi-pdf-") as made:
        profile = Path(made, "profile")
        Path(profile, "user").mkdir(parents=True)
        settings = _SETTINGS.format(locale=_LOCALES[language])
        Path(profile, "user", "registrymodifications.xcu").write_text(settings, encoding="utf-8")
        for first in range(0, len(workbooks), _AT_ONCE):
            batch = workbooks[first : first + _AT_ONCE]
            pages = Path(made, f"pages-{first}")
            said = _run(program, profile, batch, pages)
            for workbook, data in _pages(batch, pages, said):
                path = workbook.with_suffix(".pdf")
                write(path, data)
                done.append(path)
                if progress is not None:
                    progress(len(done), len(workbooks), path)
    return tuple(done)


def _run(program: Path, profile: Path, workbooks: Sequence[Path], pages: Path) -> str:
    """What LibreOffice said while it printed the workbooks into a folder."""
    command = [str(program), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nologo"]
    command += ["--nodefault", "--nofirststartwizard", "--convert-to", "pdf:calc_pdf_Export", "--outdir", str(pages)]
    command += [str(workbook.resolve()) for workbook in workbooks]
    seconds = _START_SECONDS + _FILE_SECONDS * len(workbooks)
    try:
        # The program starts another and waits for it: a session of its own lets both be ended together.
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=sys.platform != "win32"
        ) as running:
            try:
                said, _ = running.communicate(timeout=seconds)
            except BaseException:
                _end(running)
                raise
    except subprocess.TimeoutExpired as error:
        raise FillError("errors.libreoffice_silent", program=program, seconds=seconds) from error
    except OSError as error:
        raise FillError("errors.libreoffice_failed", program=program, why=error.strerror or error) from error
    return said.decode("utf-8", "replace")


def _end(running: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        running.kill()
    else:
        os.killpg(running.pid, signal.SIGKILL)


def _pages(workbooks: Sequence[Path], pages: Path, said: str) -> Iterator[tuple[Path, bytes]]:
    """Each workbook's PDF. Raises FillError for the first that has none."""
    for workbook in workbooks:
        found = pages / f"{workbook.stem}.pdf"
        data = found.read_bytes() if found.is_file() else b""
        if not data.startswith(b"%PDF-"):
            told = [line for line in said.splitlines() if "javaldx" not in line and not line.startswith("convert ")]
            raise FillError("errors.not_printed", file=workbook.name, why=told[-1].strip() if told else "–")
        yield workbook, data
