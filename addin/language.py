"""Which language a person is spoken to, known before anything heavy is loaded: help and errors need it first."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from kpi_core.texts import LANGUAGES, Language

SETTINGS_FILE = "kpi.toml"
ENVIRONMENT = "KPI_LANGUAGE"


def machine_language(environ: Mapping[str, str]) -> Language:
    """Finnish where the machine's locale is Finnish, English elsewhere."""
    if sys.platform == "win32":  # the locale variables are seldom set there
        import ctypes
        import locale

        name = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    else:
        name = next((environ[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(key)), "")
    return "fi" if name.lower().startswith("fi") else "en"


def spoken_language(arguments: Sequence[str], environ: Mapping[str, str], folder: Path) -> Language:
    """The language of help and errors: --language, KPI_LANGUAGE, .env, kpi.toml, the machine's; the first that is one.

    Reads the places of addin/configuration.py in the same order, but never fails: a wrong value is reported later, with
    the other settings.
    """
    said = [_asked(arguments), environ.get(ENVIRONMENT), _env_file(folder), _settings_file(arguments, folder)]
    known = (word.lower() for word in said if isinstance(word, str) and word.lower() in LANGUAGES)
    return cast("Language", next(known, None)) or machine_language(environ)


def option(name: str, arguments: Sequence[str]) -> str | None:
    """The value of an option before the arguments are parsed: `--name value` or `--name=value`; the last one counts."""
    value = None
    for position, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == name and position + 1 < len(arguments):
            value = arguments[position + 1]
        elif argument.startswith(f"{name}="):
            value = argument.partition("=")[2]
    return value


def _asked(arguments: Sequence[str]) -> str | None:
    return option("--language", arguments)


def _env_file(folder: Path) -> str | None:
    path = folder / ".env"
    if not path.is_file():
        return None
    from dotenv import dotenv_values

    try:
        values = dotenv_values(path, encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return next((value for key, value in values.items() if key.upper() == ENVIRONMENT), None)


def _settings_file(arguments: Sequence[str], folder: Path) -> object:
    asked = option("--settings", arguments)
    try:
        text = (Path(asked) if asked else folder / SETTINGS_FILE).read_text(encoding="utf-8-sig")
        return tomllib.loads(text).get("language")
    except (ValueError, RecursionError, OSError):
        return None
