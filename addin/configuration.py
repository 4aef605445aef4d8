"""Each setting's value and where it came from: read from its place, laid over the weaker ones, checked."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource, PydanticBaseSettingsSource, SettingsError

from addin.language import SETTINGS_FILE
from addin.settings import PREFIX, Origin, OriginKind, SettingError, Settings
from kpi_core.texts import load_texts

_FLAGS = {  # the others are named as the setting is
    "options": "--set",
    "output_folder": "--out",
    "server_certificate_key": "--key",
    **{f"server_{name}": f"--{name}" for name in ("host", "port", "address", "certificate", "namespace", "auth")},
}


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
    except (ValueError, RecursionError, OSError) as error:  # of TOML, UTF-8, a huge number; nested without end
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
