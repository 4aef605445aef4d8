"""`kpi addin libreoffice`: the worksheet functions as an extension of LibreOffice Calc."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.parameters import LanguageOption, SettingsFile


def libreoffice(
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
    install: Annotated[bool, typer.Option("--install")] = False,
    uninstall: Annotated[bool, typer.Option("--uninstall")] = False,
    profile: Annotated[Path | None, typer.Option("--profile", metavar="DIR")] = None,
    language: LanguageOption = None,
    settings_file: SettingsFile = None,
) -> None:
    """Write the extension, or put it into LibreOffice, or take it away."""
    from addin.commands.asked import configured
    from addin.functions import FUNCTIONS
    from addin.hosts.libreoffice import installation
    from addin.hosts.libreoffice.environment import this_environment
    from addin.hosts.libreoffice.package import extension
    from addin.hosts.libreoffice.program import office
    from addin.hosts.libreoffice.wording import LibreOfficeError, say

    spoken = configured(settings_file, language=language).settings.language
    if install and uninstall:
        raise LibreOfficeError("error.both")
    environment = this_environment()
    if uninstall:
        removed = installation.uninstall(office(environment), profile)
        print(say("done.removed" if removed else "done.none", spoken))
        return
    content = extension(FUNCTIONS, environment)
    count = len(FUNCTIONS)
    if out or not install:
        file = _writable(out or Path("kpi.oxt"))
        file.write_bytes(content)
        print(say("done.written", spoken, file=file, count=count))
    if install:
        found = office(environment)
        installation.install(content, found, profile)
        tried, expected = installation.TRIED, str(installation.EXPECTED)
        shown = expected.replace(".", ",") if spoken == "fi" else expected
        where = {"program": found.soffice, "python": found.version}
        print(say("done.installed", spoken, **where, count=count, formula=tried, expected=shown))
        if found.tables_fault:
            needed = ".".join(found.version.split(".")[:2])
            print(say("done.no_tables", spoken, python=found.version, why=found.tables_fault, version=needed))


def _writable(file: Path) -> Path:
    from addin.hosts.libreoffice.wording import LibreOfficeError

    if file.suffix.lower() != ".oxt":
        raise LibreOfficeError("error.not_an_extension", found=file.name)
    if not file.absolute().parent.is_dir():
        raise LibreOfficeError("error.no_folder", found=file.parent)
    return file
