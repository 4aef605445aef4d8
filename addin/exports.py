"""The user's exports and choices, made ready for the core: declarations, mappings, options and limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from addin.configuration import Configuration
from addin.remote import fetched, path_or_url
from addin.settings import SettingError
from kpi_core.catalogue import definition
from kpi_core.errors import UsageError
from kpi_core.intake import Declared, Intake, Source, inspect, read
from kpi_core.intake.columnar.reading import Logged, Told, read_logs
from kpi_core.views import GroupBy

T = TypeVar("T")


def read_exports(paths: Sequence[str], configuration: Configuration, mappings: Sequence[Path] = ()) -> Intake:
    """The tables of all files. The clock is read here, not in the core: a deal closed after today is an error."""
    with _given_to(read, paths, configuration, mappings) as intake:
        return intake


@contextmanager
def read_log(
    paths: Sequence[str],
    configuration: Configuration,
    mappings: Sequence[Path] = (),
    *,
    by: GroupBy | None,
    told: Told,
    only_large: bool = False,
) -> Iterator[Logged | None]:
    """The opportunities of all files by columns, for as long as they are counted; None: `read_exports` reads them."""

    def logs(files: Sequence[Path], **said: Any) -> Logged | None:
        return read_logs(files, **said, by=by, options=options(configuration), told=told, only_large=only_large)

    with _given_to(logs, paths, configuration, mappings) as logged:
        yield logged


def inspect_exports(
    paths: Sequence[str], configuration: Configuration, mappings: Sequence[Path] = ()
) -> tuple[Source, ...]:
    """What each file was taken for."""
    with _given_to(inspect, paths, configuration, mappings) as sources:
        return sources


@contextmanager
def _given_to(
    reader: Callable[..., T], paths: Sequence[str], configuration: Configuration, mappings: Sequence[Path]
) -> Iterator[T]:
    """What a reader makes of all files, as long as they are there."""
    with matching(paths) as files:
        yield reader(
            files,
            declared=declared(configuration),
            mappings=_mappings(configuration, mappings),
            today=date.today(),  # noqa: DTZ011  the user's own calendar day
        )


@contextmanager
def matching(paths: Sequence[str]) -> Iterator[list[Path]]:
    """The paths, URLs fetched, patterns replaced by what they match: the Windows prompt hands `*.csv` over as it is."""
    places = [path_or_url(path) for path in paths]
    with fetched([place for place in places if isinstance(place, str)]) as remote:
        coming = iter(remote)
        found = [next(coming) if isinstance(place, str) else _matching(place) for place in places]
        yield [path for each in found for path in each]


def _matching(path: Path) -> list[Path]:
    pattern = any(mark in str(path) for mark in "*?[") and not path.exists()
    folder = Path(path.anchor)
    return (sorted(folder.glob(str(path.relative_to(folder)))) if pattern else []) or [path]


def declared(configuration: Configuration) -> Declared:
    """What the user states about the files."""
    said = configuration.settings
    return Declared(said.date_order, said.decimal, said.encoding, said.delimiter, said.timezone, said.currency)


def options(configuration: Configuration) -> Mapping[str, Mapping[str, str]]:
    """Each KPI's options, checked, the firm's week among them.

    Raises UsageError for an unknown KPI, option or choice, saying where it was set.
    """
    chosen = {kpi: dict(values) for kpi, values in configuration.settings.options.items()}
    if "week" in configuration.origins:
        chosen.setdefault("meetings_per_week", {}).setdefault("week", configuration.settings.week)
    for kpi, values in chosen.items():
        try:
            definition(kpi).arguments(values)
        except UsageError as error:
            raise _placed(error, configuration, "options", kpi, *values) from error
    return chosen


def thresholds(configuration: Configuration) -> Mapping[str, Sequence[float]]:
    """The firm's own limits, checked. Raises UsageError, saying where they were set."""
    for kpi, limits in configuration.settings.thresholds.items():
        try:
            definition(kpi).limits(limits)
        except UsageError as error:
            raise _placed(error, configuration, "thresholds", kpi) from error
    return configuration.settings.thresholds


def _mappings(configuration: Configuration, mappings: Sequence[Path]) -> list[Path]:
    folder = configuration.settings.mapping_folder
    if folder is not None and not folder.is_dir():
        raise SettingError("settings.no_folder", found=str(folder), origin=configuration.origin("mapping_folder"))
    return [*mappings, *([folder] if folder else [])]


def _placed(error: UsageError, configuration: Configuration, *names: str) -> SettingError:
    """The core's sentence with the place where the user wrote it: of the option at fault, else of the first known."""
    table, kpi, *values = names
    at_fault = [str(error.found[key]) for key in ("option", "found") if key in error.found]
    candidates = [f"{table}.{kpi}.{value}" for value in [*at_fault, *values]] + [f"{table}.{kpi}"]
    place = next((name for name in candidates if name in configuration.origins), table)
    return SettingError("settings.placed", why=error, origin=configuration.origin(place))
