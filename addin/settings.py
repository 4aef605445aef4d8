"""Every knob, documented once (texts/settings.toml), and where each value came from.

A flag wins over the environment (KPI_*), the environment over .env, that over kpi.toml, that over the default.
Nested settings are written KPI_OPTIONS__WIN_RATE__SCOPE=offers, or as a table in kpi.toml.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from addin.language import SETTINGS_FILE, machine_language
from kpi_core.errors import KpiError, UsageError
from kpi_core.periods import Week
from kpi_core.texts import Language, Text, load_texts

OriginKind = Literal["flag", "environment", "env_file", "settings_file", "default", "machine"]


PREFIX = "KPI_"
_FLAGS = {"options": "--set", "output_folder": "--out"}  # the others are named as the setting is


class SettingError(UsageError):
    """A setting that cannot be used: which one, where it was set, what was found, what is allowed."""

    package = "addin.texts"

    def message(self, language: Language) -> str:
        """The sentence; what was found may itself be a text or a place to put into words."""
        words = {name: _in_words(value, language) for name, value in self.found.items()}
        return load_texts(self.package, self.sentences)[self.code].show(language, **words)


def _in_words(value: object, language: Language) -> object:
    if isinstance(value, Origin):
        return value.text(language)
    if isinstance(value, KpiError):
        return value.message(language)
    return value.show(language) if isinstance(value, Text) else value


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a setting's value came from: the kind of place and its name, e.g. KPI_LANGUAGE or the file's path."""

    kind: OriginKind
    place: str = ""

    def text(self, language: Language) -> str:
        """The place in words."""
        return load_texts("addin.texts", "settings.toml")[f"origin.{self.kind}"].show(language, place=self.place)


def _numbers(value: object) -> object:
    """Limits may be written as text, "0.15; 0.2; 0.4", and a single one bare."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(";")]
    return [value] if isinstance(value, int | float) else value


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(name) from error
    return name


Limits = Annotated[tuple[float, ...], BeforeValidator(_numbers)]
Word = Annotated[str, BeforeValidator(lambda value: str(value).lower() if isinstance(value, bool) else str(value))]


class Settings(BaseSettings):
    """The settings of one run, checked. What each means is in texts/settings.toml, under its name."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True, extra="forbid", frozen=True
    )

    language: Language = Field(default_factory=lambda: machine_language(os.environ))
    week: Week = "working"
    as_of: date | None = None
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    decimal: Literal[",", "."] | None = None
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    timezone: Annotated[str, BeforeValidator(_known_zone)] = "Europe/Helsinki"
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    options: dict[str, dict[str, Word]] = Field(default_factory=dict)
    thresholds: dict[str, Limits] = Field(default_factory=dict)
    mapping_folder: Path | None = None
    output_folder: Path | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `read_settings` hands over: it asks each source itself, to know where a value came from."""
        return (init_settings,)


@dataclass(frozen=True)
class Configuration:
    """The settings of a run and, by dotted name, where each value came from."""

    settings: Settings
    origins: Mapping[str, Origin]

    def origin(self, name: str) -> Origin:
        """Where a setting came from; the default's place where nobody set it."""
        return self.origins.get(name, Origin("machine" if name == "language" else "default"))


def read_settings(
    folder: Path | None = None, file: Path | None = None, flags: Mapping[str, object] | None = None
) -> Configuration:
    """The settings of a run from the flags, the environment, `folder`/.env and `folder`/kpi.toml (or `file`).

    Raises SettingError for a value that is not allowed, an unknown name, and a file that cannot be read.
    """
    folder = folder or Path.cwd()
    layers = list(
        _layers(folder, file, {key: value for key, value in (flags or {}).items() if value not in (None, {})})
    )
    merged: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for kind, place, values in reversed(layers):  # the weakest first, the stronger over it
        _reject_unknown(values, kind, place)
        merged = _merge(merged, values)
        origins |= {name: _origin(kind, place, name) for name in _names(values)}
    try:
        return Configuration(Settings(**merged), origins)
    except ValidationError as failed:
        raise _setting_error(failed, origins) from failed


def _layers(
    folder: Path, file: Path | None, flags: Mapping[str, Any]
) -> Iterator[tuple[OriginKind, str, Mapping[str, Any]]]:
    """The places in the order of their weight, each with the values it holds."""
    yield "flag", "", flags
    yield "environment", "", _unknown_variables() | _asked(lambda: EnvSettingsSource(Settings), PREFIX + "*")
    env_file = folder / ".env"
    if env_file.is_file():
        yield (
            "env_file",
            str(env_file),
            _asked(lambda: DotEnvSettingsSource(Settings, env_file=env_file), str(env_file)),
        )
    if file is not None and not file.is_file():
        raise SettingError("settings.no_file", found=str(file))
    settings_file = file or folder / SETTINGS_FILE
    if settings_file.is_file():
        yield "settings_file", str(settings_file), _toml(settings_file)


def _asked(source: Callable[[], PydanticBaseSettingsSource], place: str) -> dict[str, Any]:
    """What a source of pydantic-settings holds, by lower-case name."""
    try:
        return {key.lower(): value for key, value in source()().items()}
    except (SettingsError, UnicodeDecodeError) as error:
        named = next((name for name in Settings.model_fields if f'"{name}"' in str(error)), None)
        if named is None:
            raise SettingError("settings.unreadable", found=place, why=str(error)) from error
        raise SettingError("settings.not_a_table", setting=named, place=place) from error


def _unknown_variables() -> dict[str, Any]:
    """KPI_ variables that name no setting: pydantic-settings passes over them, a user who mistyped wants to know."""
    names = (key.lower().removeprefix(PREFIX.lower()) for key in os.environ if key.upper().startswith(PREFIX))
    return {name: None for name in names if name.partition("__")[0] not in Settings.model_fields}


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # Notepad writes a byte order mark
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingError("settings.unreadable", found=str(path), why=str(error)) from error


def _reject_unknown(values: Mapping[str, Any], kind: OriginKind, place: str) -> None:
    for name in values:
        if name not in Settings.model_fields:
            known = list(Settings.model_fields)
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)[0]
            shown = _origin(kind, place, nearest) if kind == "settings_file" else _origin(kind, place, name)
            raise SettingError("settings.unknown", setting=name, origin=shown, nearest=nearest, known=", ".join(known))


def _origin(kind: OriginKind, place: str, name: str) -> Origin:
    if kind == "environment":
        return Origin(kind, PREFIX + name.replace(".", "__").upper())
    if kind == "flag":
        return Origin(kind, _FLAGS.get(name.partition(".")[0], f"--{name.replace('_', '-')}"))
    return Origin(kind, place)


def _names(values: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """The dotted names of all values, those of nested tables among them."""
    for key, value in values.items():
        yield f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _names(value, f"{prefix}{key}.")


def _merge(weak: Mapping[str, Any], strong: Mapping[str, Any]) -> dict[str, Any]:
    """Both, table by table; where they disagree, the stronger."""
    merged = dict(weak)
    for key, value in strong.items():
        below = merged.get(key)
        merged[key] = _merge(below, value) if isinstance(value, Mapping) and isinstance(below, Mapping) else value
    return merged


def _setting_error(failed: ValidationError, origins: Mapping[str, Origin]) -> SettingError:
    """The first fault as a sentence; pydantic's own words are for programmers."""
    fault = failed.errors()[0]
    place = [str(part) for part in fault["loc"]]
    name = next(
        (".".join(place[:end]) for end in range(len(place), 0, -1) if ".".join(place[:end]) in origins), place[0]
    )
    allowed = load_texts("addin.texts", "settings.toml")[f"settings.{place[0]}.allowed"]
    return SettingError(
        "settings.not_allowed",
        setting=name,
        origin=origins.get(name, Origin("default")),
        found=fault["input"],
        allowed=allowed,
    )
