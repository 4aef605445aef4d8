"""What the LibreOffice extension and its command say: sentences of texts.toml by key."""

from __future__ import annotations

from kpi_core.errors import KpiError
from kpi_core.texts import Language, Text, load_texts


def sentence(key: str) -> Text:
    """A sentence of this host in both languages."""
    return load_texts("addin.hosts.libreoffice", "texts.toml")[key]


def say(key: str, language: Language, **found: object) -> str:
    """A sentence of this host."""
    return sentence(key).show(language, **found)


class LibreOfficeError(KpiError):
    """The extension cannot be written, installed or removed."""

    package = "addin.hosts.libreoffice"
    sentences = "texts.toml"
