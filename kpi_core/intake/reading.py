"""The intake's two questions: what are these files (`inspect`), and what is in them (`read`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from kpi_core.errors import DataError
from kpi_core.intake.activities import complete
from kpi_core.intake.duplicates import keep_latest, lookalikes
from kpi_core.intake.grid import Grid, grid_of
from kpi_core.intake.joins import Joins, rows_of
from kpi_core.intake.layouts import Layout, own_layouts, shipped_layouts
from kpi_core.intake.ledger import merged
from kpi_core.intake.opportunities import settle
from kpi_core.intake.parts import Part
from kpi_core.intake.paths import files_of
from kpi_core.intake.recognition import Recognition, recognise
from kpi_core.intake.sheets import RawSheet, raw_sheets
from kpi_core.intake.source import ColumnMatch, Declared, Intake, IntakeError, Remark, Source
from kpi_core.intake.spelling import one_spelling
from kpi_core.intake.typed import read_part
from kpi_core.tables import TABLE_NAMES, Dataset, RowAccount, TableName, conform, empty

_NOTHING = Declared()


@dataclass
class Taken:
    """One sheet on its way: what it was found to be, and its parts (none where it is not needed or refused)."""

    source: Source
    found: Recognition | None = None
    grid: Grid | None = None
    parts: list[Part] = field(default_factory=list)
    rule: str = ""  # the rule under which all rows are ignored


def read(
    paths: Sequence[Path],
    *,
    declared: Declared = _NOTHING,
    mappings: Sequence[Path] = (),
    today: date | None = None,
) -> Intake:
    """The canonical tables of all files, what each file was taken for, and the account of every row.

    paths     files, or folders whose tables are all read, by name
    declared  what the user states; the rest must be proven by the files
    mappings  the user's layouts (TOML files or folders of them); they go before the shipped ones
    today     rows closed after it are excluded as errors; None: not checked

    A file that is no CRM export does not stop the run: its Source carries the refusal. Raises DataError where a path
    is missing, where a recognised table cannot be read without guessing, and where no file could be used at all.
    """
    intake = _intake(paths, declared, mappings, today)
    for source in intake.sources:
        if source.refusal is not None and source.table is not None:
            raise source.refusal
    if not any(source.table in TABLE_NAMES for source in intake.sources):
        refusals = [source.refusal for source in intake.sources if source.refusal is not None]
        if len(intake.sources) == 1 and refusals:
            raise refusals[0]
        raise IntakeError("nothing_usable", files=", ".join(source.label for source in intake.sources))
    return intake


def inspect(
    paths: Sequence[Path],
    *,
    declared: Declared = _NOTHING,
    mappings: Sequence[Path] = (),
    today: date | None = None,
) -> tuple[Source, ...]:
    """What each file was taken for; what `read` would raise about a file stands in its `refusal`.

    Raises IntakeError only for a path that does not exist, an empty folder and a mapping that cannot be read.
    """
    return _intake(paths, declared, mappings, today).sources


def _intake(paths: Sequence[Path], declared: Declared, mappings: Sequence[Path], today: date | None) -> Intake:
    check(declared)
    layouts = (*own_layouts(mappings), *shipped_layouts())
    sheets = [one for path, label in files_of(paths) for one in taken(path, label, layouts, declared)]
    ignore_copies(sheets)
    parts = [part for one in sheets for part in one.parts]
    data = dataset(parts, today)
    sources = tuple(closed(one) for one in sheets)
    return Intake(data, sources, reduce(RowAccount.__add__, (source.account for source in sources), RowAccount()))


def check(declared: Declared) -> None:
    """Raises IntakeError where a declaration itself cannot be meant."""
    try:
        ZoneInfo(declared.timezone)
    except (KeyError, ValueError, OSError) as error:
        raise IntakeError("timezone_unknown", found=declared.timezone) from error
    if declared.delimiter is not None and (len(declared.delimiter) != 1 or declared.delimiter in '"\r\n'):
        raise IntakeError("delimiter_wrong", found=declared.delimiter)


def taken(path: Path, label: str, layouts: Sequence[Layout], declared: Declared) -> Iterator[Taken]:
    """Every sheet of a file, recognised and read; what cannot be read carries its refusal."""
    try:
        sheets = list(raw_sheets(path, label, declared))
    except DataError as refusal:
        yield Taken(Source(path, label, refusal=refusal))
        return
    if not sheets:
        yield Taken(Source(path, label, refusal=IntakeError("empty_file", file=label)))
    for sheet in sheets:
        if len(sheets) > 1:
            sheet.label = f"{label} [{sheet.sheet}]"
        yield recognised(sheet, layouts, declared)


def ignore_copies(taken: Sequence[Taken]) -> None:
    """A file whose bytes are another's is a copy under a new name: its rows would all be counted twice."""
    first: dict[tuple[str, str | None], str] = {}
    for one in taken:
        source = one.source
        original = first.setdefault((source.sha256, source.sheet), source.label) if source.sha256 else source.label
        if original != source.label and one.parts:
            copy = Remark("note.copy", {"original": original})
            one.source = replace(source, notes=(*source.notes, copy), table=None, also=None)
            one.parts, one.rule = [], "copy"


def recognised(raw: RawSheet, layouts: Sequence[Layout], declared: Declared) -> Taken:
    """One sheet as what its headers say it is, its rows read; what cannot be read carries its refusal."""
    source = Source(raw.path, raw.label, raw.sheet, raw.sha256, raw.size, raw.encoding, raw.delimiter, notes=raw.notes)
    try:
        found = recognise(raw.rows, layouts, raw.label)
    except DataError as refusal:
        return Taken(replace(source, refusal=refusal))
    if not any(found.headers):
        return Taken(replace(source, refusal=IntakeError("empty_file", file=raw.label)))
    grid = grid_of(raw, found)
    source = replace(source, header_row=raw.lines[found.place], headers=found.headers)
    layout = found.layout
    if layout is None:
        unknown = IntakeError(
            "unknown_layout", file=raw.label, headers=", ".join(list(filter(None, found.headers))[:8])
        )
        return Taken(replace(source, refusal=unknown), found, grid, rule="refused")
    source = replace(source, system=layout.system, layout=layout.name)
    if layout.not_needed:
        return Taken(source, found, grid, rule=layout.not_needed)
    source = replace(source, table=layout.table)
    one = Taken(source, found, grid)
    try:
        one.parts.append(read_part(grid, layout, found.matches, declared, epoch_1904=raw.epoch_1904))
        if layout.also:
            second = next(other for other in layouts if other.name == layout.also)
            one.parts.append(read_part(grid, second, second.match(found.headers), declared, epoch_1904=raw.epoch_1904))
            one.source = replace(source, also=second.canonical)
    except DataError as refusal:
        return Taken(replace(source, refusal=refusal), found, grid, rule="refused")
    return one


def dataset(parts: Sequence[Part], today: date | None) -> Dataset:
    """All parts joined by their ids, checked and put into the canonical tables."""
    joins = Joins(parts)
    deals = [part for part in parts if part.layout.table == "opportunities"]
    for part in deals:
        settle(part, today)
        joins.fill(part)
        joins.offers(part)
    if deals:
        keep_latest(deals)
    known = rows_of(deals, "opportunities")
    about = dict(zip(known["opportunity_id"], known["company"], strict=True)) if len(known) else {}
    for part in parts:
        table = part.layout.canonical
        if table and table != "opportunities":
            joins.fill(part)
            if table in ("meetings", "contacts"):
                joins.about(part, about)
            complete(part, table)
    tables = one_spelling({name: _table(name, parts) for name in TABLE_NAMES})
    tables["sellers"] = _sellers(tables, parts, joins)
    for part in deals:
        if remark := lookalikes(part.usable):
            part.notes.append(remark)
    return Dataset(**tables)


def _table(name: TableName, parts: Sequence[Part]) -> pd.DataFrame:
    frames = []
    for part in parts:
        if part.layout.table == name:
            frame = part.usable.copy()
            frame["source_file"] = part.file
            frame["source_row"] = part.ledger.lines[part.ledger.open]
            frames.append(frame)
    if not frames:
        return empty(name)
    rows = pd.concat(frames, ignore_index=True)
    if "company" in rows:
        client = rows["client"] if "client" in rows else pd.Series(None, index=rows.index, dtype="str")
        rows["client"] = client.fillna(rows["company"])
    return conform(name, rows)


def _sellers(tables: dict[TableName, pd.DataFrame], parts: Sequence[Part], joins: Joins) -> pd.DataFrame:
    """The sellers' own files; users are sellers where they own a row: a user list also names managers and robots."""
    listed = _once(tables["sellers"], parts)
    owners: set[Any] = set()
    owning: tuple[TableName, ...] = ("contacts", "meetings", "opportunities", "targets")
    for name in owning:
        owners.update(tables[name]["seller"].dropna().unique())
    rows = []
    for part in parts:
        if part.layout.table != "users":
            continue
        ids = part.get("seller_id")
        frame = pd.DataFrame({"seller_id": ids, "seller": ids.map(joins.sellers).astype("str")})
        frame["team"] = frame["seller"].map(joins.teams).astype("str")
        frame["source_file"], frame["source_row"] = part.file, part.ledger.lines
        keep = part.open & frame["seller"].isin(owners) & ~frame["seller"].isin(listed["seller"])
        rows.append(frame[keep])
    if not rows:
        return listed.reset_index(drop=True)
    return conform("sellers", pd.concat([listed, *rows], ignore_index=True).drop_duplicates("seller"))


def _once(listed: pd.DataFrame, parts: Sequence[Part]) -> pd.DataFrame:
    """Each seller's last row in the sellers' own files; the ledger is told of the others."""
    kept = listed.drop_duplicates("seller", keep="last")
    again = listed[listed.duplicated("seller", keep="last")]
    where = {row.seller: (row.source_file, row.source_row) for row in kept.itertuples()}
    for part in parts:
        here = again[again["source_file"] == part.file] if part.layout.table == "sellers" else again[:0]
        if len(here):
            name_on = dict(zip(here["source_row"], here["seller"], strict=True))
            names = pd.Series([name_on.get(line) for line in part.ledger.lines.tolist()], dtype="object")
            files, rows = (names.map(lambda name, at=at: where[name][at], na_action="ignore") for at in (0, 1))
            part.ledger.exclude(
                names.notna(), "seller_twice", found=names, kept_file=files, kept_row=rows.astype("Int64")
            )
    return kept


def closed(taken: Taken) -> Source:
    """A sheet's Source with its account, once every verdict has been given."""
    source, grid = taken.source, taken.grid
    if grid is None or taken.found is None:
        return source
    if not taken.parts:
        grid.ledger.ignore(pd.Series(True, index=range(len(grid.rows))), taken.rule)
        account = grid.ledger.account(grid.outside)
        matched = {places[0]: column for column, places in taken.found.matches.items()}
        return replace(
            source,
            account=account,
            confidence=round(taken.found.certainty, 2),
            columns=tuple(ColumnMatch(header, matched.get(place)) for place, header in enumerate(source.headers)),
        )
    ledger, *others = [part.ledger for part in taken.parts]
    for other in others:
        ledger = merged(ledger, other)
    account = ledger.account(grid.outside)
    chosen = {place: column for part in reversed(taken.parts) for column, place in part.chosen.items()}
    words = list(dict.fromkeys(word for part in taken.parts for word in part.words))
    in_question = account.used + account.out
    share = account.used / in_question if in_question else 1.0
    return replace(
        source,
        account=account,
        confidence=round(taken.found.certainty * share, 2),
        columns=tuple(ColumnMatch(header, chosen.get(place)) for place, header in enumerate(source.headers)),
        date_formats=tuple({form.header: form for part in taken.parts for form in part.dates}.values()),
        number_format=next((part.numbers for part in taken.parts if part.numbers), None),
        vocabulary=tuple(word for word in words if word.meaning is not None),
        unknown_words=tuple(word for word in words if word.meaning is None),
        notes=(*source.notes, *_remarks(taken)),
    )


def _remarks(taken: Taken) -> list[Remark]:
    remarks = [remark for part in taken.parts for remark in part.notes]
    if taken.grid is not None and not taken.grid.rows:
        remarks.append(Remark("note.no_rows"))
    return [remark for place, remark in enumerate(remarks) if remark not in remarks[:place]]
