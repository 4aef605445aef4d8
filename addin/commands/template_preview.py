"""A user's own workbook filled with sample figures, to be looked at before the first real fill."""

from __future__ import annotations

import tempfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from addin.fill.batch import fill
from addin.fill.choice import Chosen
from addin.fill.files import write
from addin.fill.pdf import office, printed
from addin.fill.words import FillError
from addin.sample import write as write_sample
from kpi_core.errors import UsageError
from kpi_core.intake import read
from kpi_core.periods import period
from kpi_core.texts import Language

PERIOD, EXPORTED = "2026-10", datetime(2026, 11, 2, 8)  # noqa: DTZ001  the sample's last month, the day of its export
PRINTED = ".pdf"


class PreviewError(UsageError):
    """A preview was asked for in a file that it cannot be."""

    package = "addin.texts"


def check_name(choice: Chosen, target: Path) -> None:
    """Raises PreviewError and FillError where the preview cannot become this file, before anything is filled."""
    if target.suffix.lower() not in (choice.ending, PRINTED):
        raise PreviewError("template.preview_ending", found=target.name, ending=choice.ending)
    if target.resolve() == choice.path.resolve():
        raise FillError("errors.over_template", file=target.name)
    if target.suffix.lower() == PRINTED:
        office()


def preview(choice: Chosen, target: Path, language: Language) -> None:
    """Fill the template with the sample's figures of one month: as a workbook, or as the PDF that LibreOffice prints.

    Raises FillError where `kpi fill` would, and where LibreOffice is missing or cannot print.
    """
    with tempfile.TemporaryDirectory(prefix="kpi-preview-") as made:
        exports, out = Path(made, "exports"), Path(made, "out")
        write_sample(exports)
        done = fill(
            read([exports]),
            choice,
            [period(PERIOD)],
            out=out,
            language=language,
            version=version("b2b-sales-kpis"),
            run_at=EXPORTED,
        )
        (filled,) = done.files
        (found,) = printed([filled], language) if target.suffix.lower() == PRINTED else (filled,)
        write(target, found.read_bytes())
