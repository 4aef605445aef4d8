"""What the commands say: sentences of texts/cli.toml by key."""

from __future__ import annotations

from kpi_core.texts import Language, Text, load_texts


def say(key: str, language: Language, **found: object) -> str:
    """A sentence of the command line."""
    return load_texts("addin.texts", "cli.toml")[key].show(language, **found)


def help_text(command: str, parameter: str = "") -> Text | None:
    """What a command, or one of its parameters, is for; parameters that several commands share stand under `shared`."""
    texts = load_texts("addin.texts", "help.toml")
    if not parameter:
        return texts.get(f"{command}.about")
    return texts.get(f"{command}.{parameter}") or texts.get(f"shared.{parameter}")
