"""The filler's own sentences, and its faults."""

from __future__ import annotations

from kpi_core.errors import DataError, UsageError
from kpi_core.texts import Language, load_texts


def say(key: str, language: Language, **found: object) -> str:
    """A sentence of texts.toml."""
    return load_texts("addin.fill", "texts.toml")[key].show(language, **found)


class FillError(DataError):
    """A template that cannot be filled or a workbook that cannot be written. Codes: texts.toml, errors."""

    package = "addin.fill"
    sentences = "texts.toml"


class TemplateUnknown(UsageError):  # noqa: N818  the fault's own name
    """The template asked for is neither shipped nor a file."""

    package = "addin.fill"
    sentences = "texts.toml"


class CellsNotOwn(UsageError):  # noqa: N818  the fault's own name
    """A mapping of cells was given with a shipped template, which has names of its own."""

    package = "addin.fill"
    sentences = "texts.toml"
