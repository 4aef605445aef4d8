"""What the command for xlwings Lite and the file that it writes say: sentences of texts.toml by key."""

from __future__ import annotations

from kpi_core.errors import UsageError
from kpi_core.texts import Language, load_texts


class LiteError(UsageError):
    """The files for xlwings Lite cannot be written as asked."""

    package = "addin.hosts.lite"
    sentences = "texts.toml"


def say(key: str, language: Language, **found: object) -> str:
    """A sentence of this host."""
    return load_texts("addin.hosts.lite", "texts.toml")[key].show(language, **found)
