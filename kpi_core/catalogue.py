"""The only reader and checker of definitions/: every KPI by its id, in the order in which a report shows them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from string import Formatter
from types import MappingProxyType
from typing import Any

from kpi_core.definition import BandRule, Definition, Status
from kpi_core.errors import UsageError
from kpi_core.folding import folded_word
from kpi_core.texts import LANGUAGES, Text, load_texts, texts

PACKAGE = "kpi_core.definitions"
_WORDS = {"evidence.toml", "market_intelligence.toml"}  # texts beside the KPIs' own
_SHORT = 24  # characters that fit a table's header


@cache
def catalogue() -> Mapping[str, Definition]:
    """Every KPI's definition by id, leading indicators first.

    Raises ValueError with one line a fault where the definitions are not sound: a defect of the program.
    """
    return read({file.name: file.read_text("utf-8") for file in _family_files()})


def definition(kpi: str) -> Definition:
    """One KPI's definition. Raises UsageError, naming the nearest known id, for an unknown one."""
    known = catalogue()
    if kpi in known:
        return known[kpi]
    raise UsageError("catalogue.unknown_kpi", found=kpi, nearest=_nearest(kpi, list(known)), known=", ".join(known))


def named(kpi: str, also: Mapping[str, str] = MappingProxyType({})) -> Definition:
    """A KPI's definition by its id or its Finnish or English name, short or long; `also` has further names of ids.

    Case, spaces and punctuation do not count. Raises UsageError as `definition` does.
    """
    known = {folded_word(name): found for name, found in also.items()}
    for found in catalogue().values():
        names = (found.id, *found.name, *found.short)
        known |= {folded_word(name): found.id for name in names}
    return definition(known.get(folded_word(kpi), kpi))


def _nearest(found: str, known: list[str]) -> str:
    try:
        from rapidfuzz import process  # needed only here
    except ImportError:  # xlwings Lite: there is no rapidfuzz for Pyodide
        from difflib import get_close_matches

        return get_close_matches(found, known, 1, cutoff=0)[0]
    return str(process.extractOne(found, known)[0])


def excel_error(kpi: str, reason: str) -> str:
    """The Excel error that means the same as a KPI's reason, known without the definitions' check, which takes time."""
    error: str = _reasons()[kpi][reason]["excel"]
    return error


@cache
def _reasons() -> Mapping[str, Any]:
    tables = [tomllib.loads(file.read_text("utf-8")) for file in _family_files()]
    return {kpi: table["reasons"] for family in tables for kpi, table in family.items()}


@dataclass(frozen=True)
class Mark:
    """How a status is shown: a word and a shape beside the colour."""

    word: Text
    icon: str


@cache
def mark(status: Status) -> Mark:
    """A status's word and shape."""
    source = files(PACKAGE).joinpath("evidence.toml").read_text("utf-8")
    return Mark(words(f"status.{status}.word"), tomllib.loads(source)["status"][status]["icon"])


def words(key: str) -> Text:
    """A shared wording of evidence.toml, e.g. `evidence.strong.word`, `evidence.strong.meaning`."""
    return load_texts(PACKAGE, "evidence.toml")[key]


def read(sources: Mapping[str, str]) -> Mapping[str, Definition]:
    """Definitions from TOML sources by file name, checked, in order."""
    from pydantic import TypeAdapter, ValidationError

    adapter = TypeAdapter(Definition)
    found: list[Definition] = []
    faults: list[str] = []
    for file, source in sources.items():
        for kpi, table in tomllib.loads(source).items():
            try:
                found.append(adapter.validate_python({"id": kpi, "family": file.removesuffix(".toml"), **table}))
            except ValidationError as error:
                faults += [f"{kpi}.{'.'.join(map(str, it['loc']))}: {it['msg']}" for it in error.errors()]
            else:
                faults += [f"{kpi}.{fault}" for fault in _faults(found[-1], table)]
    found.sort(key=lambda it: it.order)
    faults += [f"{b.id}.order: {b.order} is {a.id}'s too" for a, b in pairwise(found) if a.order == b.order]
    faults += [f"{b.id}: defined twice" for a, b in pairwise(sorted(found, key=lambda it: it.id)) if a.id == b.id]
    if faults:
        raise ValueError("\n".join(faults))
    return MappingProxyType({it.id: it for it in found})


def placeholders(sentence: str) -> set[str]:
    """The names in a sentence's braces."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def _family_files() -> Iterator[Any]:
    for file in sorted(files(PACKAGE).iterdir(), key=lambda it: it.name):
        if file.name.endswith(".toml") and file.name not in _WORDS:
            yield file


def _faults(kpi: Definition, table: Mapping[str, Any]) -> Iterator[str]:
    for key, text in texts(table).items():
        if placeholders(text.fi) != placeholders(text.en):
            yield f"{key}: the placeholders of fi and en differ"
    for language in LANGUAGES:
        if len(kpi.short.show(language)) > _SHORT:
            yield f"short.{language}: longer than {_SHORT} characters"
    if unknown := placeholders(kpi.label.fi) - set(kpi.options):
        yield f"label: {', '.join(sorted(unknown))} is no option"
    if (kpi.evidence == "none") != (kpi.minimum_n == 0) or (kpi.evidence == "none") != (kpi.too_little is None):
        yield "evidence: minimum_n and too_little belong to wilson and count, and only to them"
    for name, option in kpi.options.items():
        if (option.type == "choice") != bool(option.choices) or (option.type != "choice") != bool(option.words):
            yield f"options.{name}: a choice has choices, a number or a text has words"
        elif option.type == "choice" and option.default not in option.choices:
            yield f"options.{name}.default: {option.default} is no choice"
    yield from (f"bands.{fault}" for fault in _band_faults(kpi.bands))
    if kpi.firm_bands:
        yield from (f"firm_bands.{fault}" for fault in _band_faults(kpi.firm_bands))
    if any(band.limit for band in kpi.bands) or any(band.bound is not None for band in kpi.firm_bands):
        yield "bands: published bands have bounds, a firm's own only limit"


def _band_faults(bands: tuple[BandRule, ...]) -> Iterator[str]:
    ids = [band.id for band in bands]
    if not bands or len(set(ids)) < len(ids):
        yield "id: each band needs one of its own"
        return
    if bands[-1].ends or not all(band.ends for band in bands[:-1]):
        yield "below: every band but the last needs a bound, the last none"
    bounds = [band.bound for band in bands if band.bound is not None]
    if any(a >= b for a, b in pairwise(bounds)):
        yield "below: the bounds do not ascend"
    for index, band in enumerate(bands):
        known = {"lower"} if index else set()
        known |= {"upper"} if index < len(bands) - 1 else set()
        known |= {"range"} if len(known) == 2 else set()
        if placeholders(band.diagnosis.fi) != placeholders(band.diagnosis.en):
            yield f"{band.id}: the placeholders of fi and en differ"
        if stray := placeholders(band.diagnosis.fi) - known:
            yield f"{band.id}.diagnosis: {', '.join(sorted(stray))} has no bound here"
