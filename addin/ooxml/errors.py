"""What the engine refuses, and the sentence that says so."""

from __future__ import annotations

from kpi_core.errors import KpiError


class FillError(KpiError):
    """The workbook cannot be filled without harm. `code` names the sentence in errors.toml."""

    package = "addin.ooxml"
    sentences = "errors.toml"
