"""What the add-in for Excel on Windows and its commands say: sentences of texts.toml by key."""

from __future__ import annotations

from kpi_core.texts import Language, load_texts


def say(key: str, language: Language, **found: object) -> str:
    """A sentence of this host."""
    return load_texts("addin.hosts.classic", "texts.toml")[key].show(language, **found)
