"""`kpi settings`: each setting's value and where it came from."""

from __future__ import annotations

from collections.abc import Iterator

from addin.commands.parameters import LanguageOption, SettingsFile


def settings(language: LanguageOption = None, settings_file: SettingsFile = None) -> None:
    """Show them."""
    from rich.text import Text as Styled

    from addin.commands.asked import configured
    from addin.commands.fitting import Column, print_fitted
    from addin.commands.terminal import screen
    from addin.settings import Settings
    from addin.wording import say
    from kpi_core.texts import load_texts

    configuration = configured(settings_file, language=language)
    spoken = configuration.settings.language
    columns = [
        Column(say(f"settings.{column}", spoken), whole=column == "setting")
        for column in ("setting", "value", "origin", "meaning")
    ]
    rows = []
    meanings = load_texts("addin.texts", "settings.toml")
    for field in Settings.model_fields:
        meaning = meanings[f"settings.{field}.meaning"].show(spoken)
        for name, value in _values(field, getattr(configuration.settings, field)):
            rows.append([Styled(cell) for cell in (name, value, configuration.origin(name).text(spoken), meaning)])
            meaning = ""
    print_fitted(columns, rows, screen())


def _values(name: str, value: object) -> Iterator[tuple[str, str]]:
    """A setting's values by dotted name; a table that holds nothing, and what is unset, as a dash."""
    if isinstance(value, dict) and value:
        for key, held in value.items():
            yield from _values(f"{name}.{key}", held)
    elif isinstance(value, tuple):
        yield name, "; ".join(f"{limit:g}" for limit in value)
    else:
        yield name, "–" if value is None or value == {} else str(value)
