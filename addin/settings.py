"""Every knob, documented once (texts/settings.toml), and what it may be set to.

A flag wins over the environment (KPI_*), the environment over .env, that over kpi.toml, that over the default.
Nested settings are written KPI_OPTIONS__WIN_RATE__SCOPE=offers, or as a table in kpi.toml.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from addin.language import machine_language
from kpi_core.errors import KpiError, UsageError
from kpi_core.periods import Week
from kpi_core.texts import Language, Text, load_texts

OriginKind = Literal["flag", "environment", "env_file", "settings_file", "default", "machine"]
PREFIX = "KPI_"


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


def _folder(place: object) -> object:
    """A path of this machine; a URL stays as it is written."""
    return Path(place) if isinstance(place, str) and "://" not in place else place


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
    output_folder: Annotated[Path | str, BeforeValidator(_folder)] | None = None
    server_host: str = "127.0.0.1"
    server_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    server_address: Annotated[str, Field(pattern=r"^https?://[^/\s]+/?$")] | None = None
    server_certificate: Path | None = None
    server_certificate_key: Path | None = None
    server_namespace: Literal["KPI", "bare"] = "KPI"
    server_auth: Annotated[str, Field(pattern=r"^[a-z_]+( *, *[a-z_]+)*$")] | None = None
    server_megabytes: Annotated[int, Field(ge=1, le=1024)] = 16
    server_seconds: Annotated[int, Field(ge=1, le=3600)] = 30

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
