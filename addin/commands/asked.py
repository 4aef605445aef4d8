"""What the user asked for: the options of one command put over the settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from addin.configuration import Configuration, read_settings
from addin.settings import SettingError


def one_of(word: str | None, allowed: Sequence[str], option: str) -> None:
    """Raises SettingError where an option's word is not allowed."""
    if word is not None and word not in allowed:
        raise SettingError("settings.word", setting=option, found=word, allowed=", ".join(allowed))


def named_period(key: str) -> None:
    """Raises UsageError where a period cannot be read; "all" needs the data, the others are known before it is."""
    from kpi_core.periods import period

    if key.strip() != "all":
        period(key)


def output_folder(configuration: Configuration) -> Path | str:
    """Where workbooks go, a folder or a URL: --out, else the setting. Raises SettingError where neither says."""
    folder = configuration.settings.output_folder
    if folder is None:
        raise SettingError("settings.no_output_folder")
    return folder


def configured(file: Path | None, choices: Sequence[str] | None = None, **flags: object) -> Configuration:
    """The settings with the command's own options on top.

    `choices` are KPI.OPTION=VALUE. Raises SettingError for what is not allowed.
    """
    return read_settings(file=file, flags=flags | {"options": chosen(choices or ())})


def chosen(choices: Sequence[str]) -> dict[str, dict[str, str]]:
    """`win_rate.scope=offers` as options by KPI; the last one counts. Raises SettingError for any other writing."""
    options: dict[str, dict[str, str]] = {}
    for choice in choices:
        name, equals, value = choice.partition("=")
        kpi, dot, option = name.strip().partition(".")
        if not (equals and dot and kpi and option):
            raise SettingError("settings.choice", found=choice)
        options.setdefault(kpi, {})[option] = value.strip()
    return options
