"""A column of dates: the order of day, month and year is proven by the column or declared, never guessed.

Self-proving: typed cells, year first, dots (d.m.yyyy, the Finnish standard), a month's name, epoch milliseconds.
Slashes and dashes with the year last are proven by one value above 12; without one the column is refused.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from kpi_core.folding import folded_word
from kpi_core.intake.source import DateFormat, DateOrder, Declared, IntakeError, Remark
from kpi_core.numerals import LONGEST

_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?"
_ZONE = r"Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}"
_TIME = rf"(?:[T ,]+(?P<time>{_CLOCK})\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>{_ZONE})?)?"
_YEAR_FIRST = rf"^(?P<y>\d{{4}})(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}}){_TIME}$"
_YEAR_LAST = rf"^(?P<a>\d{{1,2}})(?P<sep>[-/.])\s?(?P<b>\d{{1,2}})(?P=sep)\s?(?P<y>\d{{4}}|\d{{2}}){_TIME}$"
_COMPACT = r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})$"
_MONTH = r"^(?:(?P<y>\d{4})[-/M](?P<m>\d{1,2})|(?P<m2>\d{1,2})[/.-](?P<y2>\d{4}))$"
_NAMED = (
    r"^(?:(?P<d>\d{1,2})[. -]+(?P<n>[^\W\d]{3,})[. ,-]+(?P<y>\d{4})"
    rf"|(?P<n2>[^\W\d]{{3,}})\.?\s+(?P<d2>\d{{1,2}}),?\s+(?P<y2>\d{{4}})){_TIME}$"
)
_EPOCH_MS = r"^\d{13}$"
_ENGLISH = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_FINNISH = ("tammi", "helmi", "maalis", "huhti", "touko", "kesa", "heina", "elo", "syys", "loka", "marras", "joulu")
_FINNISH_ENDINGS = re.compile(r"k(?:uu|uun|uuta)?$")
_LATEST_ZONE = 14 * 60  # minutes east or west
_SERIAL_1900, _SERIAL_1904 = np.datetime64("1899-12-30"), np.datetime64("1904-01-01")
PLACEHOLDERS = ("1970-01-01", "1900-01-01", "1899-12-30", "1899-12-31", "1904-01-01")
NO_END = "9999-12-31"
YEARS = (1900, 2200)  # the business years


@dataclass(frozen=True)
class Dates:
    """A column read as local days: blank where the cell is blank or `bad`; `order` is None without a date."""

    days: pd.Series[Any]
    bad: pd.Series[bool]
    format: DateFormat | None


def read_dates(
    cells: pd.Series[Any],
    lines: np.ndarray[Any, Any],
    *,
    file: str,
    header: str,
    column: str,
    declared: Declared,
    epoch_1904: bool = False,
    months: bool = False,
) -> Dates:
    """The days of a column; `months` accepts 2017-06 and 6/2017 as the month's first day.

    Raises IntakeError where the order cannot be told or two rows contradict each other.
    """
    codes, uniques = pd.factorize(cells)
    values = pd.Series(uniques, dtype="object")
    first = np.full(len(values), -1)
    places = np.flatnonzero(codes >= 0)[::-1]
    first[codes[places]] = places
    where = [int(lines[place]) for place in first]
    reader = _Reader(values, where, {"file": file, "column": header}, declared, epoch_1904, months)
    days, order, proof = reader.read()
    result = pd.Series(_spread(days, codes), index=cells.index)
    bad = result.isna() & cells.notna() & ~_no_end(cells)
    if order is None or proof is None:
        return Dates(result, bad, None)
    return Dates(result, bad, DateFormat(column, header, order, proof))


def _spread(days: np.ndarray[Any, Any], codes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    blank = np.append(days, np.datetime64("NaT", "s"))
    return np.asarray(blank[codes])


def _no_end(cells: pd.Series[Any]) -> pd.Series[bool]:
    return cells.astype("str").str.startswith(NO_END, na=False)


class _Reader:
    """Reads the distinct values of one column."""

    def __init__(
        self,
        values: pd.Series[Any],
        where: list[int],
        place: dict[str, object],
        declared: Declared,
        epoch_1904: bool,
        months: bool,
    ) -> None:
        self.values, self.where, self.place = values, where, place
        self.declared, self.timezone = declared.date_order, declared.timezone
        self.epoch_1904, self.months = epoch_1904, months
        self.days = np.full(len(values), np.datetime64("NaT", "s"), dtype="datetime64[s]")
        self.order: DateOrder | None = None
        self.proof: Remark | None = None

    def read(self) -> tuple[np.ndarray[Any, Any], DateOrder | None, Remark | None]:
        text = self._typed()
        text = text.dropna().astype("str").str.strip()
        text = text[text.str.len() <= LONGEST]
        if len(text):
            text = self._year_first(text)
        if len(text):
            text = self._year_last(text)
        if len(text):
            self._rarer(text)
        self._implausible()
        return self.days, self.order, self.proof

    def _typed(self) -> pd.Series[Any]:
        """Cells that a workbook or parquet file types as dates, and serial numbers; the rest is text."""
        if not len(self.values) or all(isinstance(value, str) for value in self.values):
            return self.values
        rest = self.values.copy()
        for place, value in enumerate(self.values):
            day: Any = None
            if isinstance(value, dt.datetime):
                day = np.datetime64(self._local(value).date())
                self._prove("ymd", "date_proof.typed")
            elif isinstance(value, dt.date):
                day = np.datetime64(value)
                self._prove("ymd", "date_proof.typed")
            elif isinstance(value, (int, float)) and not isinstance(value, bool) and 10_000 <= value < 80_000:
                day = (_SERIAL_1904 if self.epoch_1904 else _SERIAL_1900) + np.timedelta64(int(value), "D")
                self._prove("ymd", "date_proof.serial")
            elif isinstance(value, float) and value.is_integer():
                rest.iloc[place] = str(int(value))
            if day is not None:
                self.days[place] = day
                rest.iloc[place] = None
        return rest

    def _local(self, moment: dt.datetime) -> dt.datetime:
        try:
            return moment.astimezone(ZoneInfo(self.timezone)) if moment.tzinfo else moment
        except (OverflowError, ValueError):  # the first or the last moment that a program knows: no zone moves it
            return moment

    def _year_first(self, text: pd.Series[Any]) -> pd.Series[Any]:
        parts = text.str.extract(_YEAR_FIRST)
        hit = parts["y"].notna()
        if hit.any():
            found = parts[hit]
            self._store(found["y"], found["m"], found["d"], found)
            self._prove("ymd", "date_proof.year_first")
        return text[~hit]

    def _year_last(self, text: pd.Series[Any]) -> pd.Series[Any]:
        parts = text.str.extract(_YEAR_LAST)
        hit = parts["y"].notna()
        dotted = hit & (parts["sep"] == ".")
        if hit.any() and self.declared is None and parts.loc[hit, "y"].str.len().eq(2).any():
            place = parts.index[hit & parts["y"].str.len().eq(2)][0]
            raise IntakeError("date_two_digit_year", **self._found(place))
        if dotted.any():
            found = parts[dotted]
            if (wrong := found.index[found["b"].astype("int64") > 12]).size:
                raise IntakeError("date_dots_month_first", **self._found(wrong[0]))
            self._store(found["y"], found["b"], found["a"], found)
            self._prove("dmy", "date_proof.dots")
        other = parts[hit & ~dotted]
        if len(other):
            order = self._year_last_order(other)
            day, month = (other["a"], other["b"]) if order == "dmy" else (other["b"], other["a"])
            self._store(other["y"], month, day, other)
        return text[~hit]

    def _year_last_order(self, parts: pd.DataFrame) -> DateOrder:
        first, second = parts["a"].astype("int64"), parts["b"].astype("int64")
        day_first, month_first = parts.index[first > 12], parts.index[second > 12]
        if day_first.size and month_first.size:
            one, two = day_first[0], month_first[0]
            raise IntakeError(
                "date_contradiction",
                **self.place,
                row=self.where[one],
                found=self.values[one],
                other_row=self.where[two],
                other=self.values[two],
            )
        proven: DateOrder | None = "dmy" if day_first.size else "mdy" if month_first.size else None
        if self.declared and proven and self.declared != proven:
            place = day_first[0] if day_first.size else month_first[0]
            raise IntakeError("date_against_declared", **self._found(place), declared=self.declared)
        if proven:
            place = day_first[0] if day_first.size else month_first[0]
            self._prove(proven, "date_proof.above_12", row=self.where[place], found=self.values[place])
            return proven
        if self.declared in ("dmy", "mdy"):
            self._prove(self.declared, "date_proof.declared")
            return self.declared
        differing = parts.index[first != second]
        if not differing.size:
            self._prove("dmy", "date_proof.same_either_way")
            return "dmy"
        place = differing[0]
        year = int(parts.loc[place, "y"])
        raise IntakeError(
            "date_ambiguous",
            **self._found(place),
            day_first=f"{year:04}-{second[place]:02}-{first[place]:02}",
            month_first=f"{year:04}-{first[place]:02}-{second[place]:02}",
        )

    def _rarer(self, text: pd.Series[Any]) -> None:
        """Month names, compact dates, epoch milliseconds and, where asked for, whole months."""
        epoch = text[text.str.fullmatch(_EPOCH_MS)]
        if len(epoch):
            moments = pd.to_datetime(epoch.astype("int64"), unit="ms", utc=True).dt.tz_convert(self.timezone)
            self.days[epoch.index] = _days(moments.dt.tz_localize(None))
            self._prove("ymd", "date_proof.epoch")
        compact = text.str.extract(_COMPACT).dropna()
        if len(compact):
            self._store(compact["y"], compact["m"], compact["d"])
            self._prove("ymd", "date_proof.year_first")
        named = text.str.extract(_NAMED)
        day, year = named["d"].fillna(named["d2"]), named["y"].fillna(named["y2"])
        month = named["n"].fillna(named["n2"]).map(_month_number, na_action="ignore")
        hit = day.notna() & month.notna()
        if hit.any():
            self._store(year[hit], month[hit], day[hit], named[hit])
            self._prove("dmy" if named.loc[hit, "d"].notna().any() else "mdy", "date_proof.month_name")
        if self.months:
            whole = text.str.extract(_MONTH)
            year, month = whole["y"].fillna(whole["y2"]), whole["m"].fillna(whole["m2"])
            hit = year.notna()
            if hit.any():
                self._store(year[hit], month[hit], pd.Series("1", index=year[hit].index))
                self._prove("ymd", "date_proof.month")

    def _store(self, year: Any, month: Any, day: Any, times: pd.DataFrame | None = None) -> None:
        years = year.astype("int64")
        years = years.where(years > 99, years + 2000)
        fields = pd.DataFrame({"year": years, "month": month.astype("int64"), "day": day.astype("int64")})
        fields = fields[fields["year"].between(1000, 9998)]
        days = pd.to_datetime(fields, errors="coerce")
        if times is not None and times["time"].notna().any():
            timed = times.index[times["time"].notna()].intersection(days.dropna().index)
            days.loc[timed] = self._localised(days.loc[timed], times.loc[timed])
        self.days[days.index] = _days(days)

    def _localised(self, days: pd.Series[Any], times: pd.DataFrame) -> pd.Series[Any]:
        """The local days of moments; a clock or an offset that cannot be makes the whole cell no date."""
        clock = times["time"].str.extract(r"^(\d+)[:.](\d+)(?:[:.](\d+))?").fillna("0").astype("int64")
        half = times["half"].str[0].str.lower()
        hours = clock[0].where(half.isna(), clock[0] % 12 + (half == "p") * 12)
        offset = times["zone"].str.extract(r"([+-])(\d{2}):?(\d{2})?").reindex(columns=range(3))
        sign = offset[0].map({"+": 1, "-": -1}).fillna(0).astype("int64")
        minutes = offset[1].fillna("0").astype("int64") * 60 + offset[2].fillna("0").astype("int64")
        can_be = (clock[0] < 24) & (clock[1] < 60) & (clock[2] <= 60) & (minutes <= _LATEST_ZONE)
        days = days.where(can_be & (half.isna() | clock[0].between(1, 12)))
        zoned = times["zone"].notna() & days.notna()
        if not zoned.any():
            return days
        seconds = hours * 3600 + clock[1] * 60 + clock[2] - sign * minutes * 60
        moments = (days + pd.to_timedelta(seconds, unit="s"))[zoned].dt.tz_localize("UTC").dt.tz_convert(self.timezone)
        days.loc[zoned] = moments.dt.tz_localize(None).dt.normalize()
        return days

    def _implausible(self) -> None:
        """Days that stand for "no date" (the epoch 1970-01-01 and its like) or lie in no business year are no dates."""
        years = self.days.astype("datetime64[Y]").astype("int64") + 1970
        known = ~np.isnat(self.days)
        placeholder = np.isin(self.days.astype("datetime64[D]"), np.array(PLACEHOLDERS, dtype="datetime64[D]"))
        self.days[known & (placeholder | (years < YEARS[0]) | (years > YEARS[1]))] = np.datetime64("NaT")

    def _prove(self, order: DateOrder, code: str, **found: object) -> None:
        if self.proof is None or code == "date_proof.above_12":
            self.order, self.proof = order, Remark(code, found)

    def _found(self, place: int) -> dict[str, object]:
        return {**self.place, "row": self.where[place], "found": self.values[place]}


def _days(moments: pd.Series[Any]) -> np.ndarray[Any, Any]:
    return moments.to_numpy().astype("datetime64[D]").astype("datetime64[s]")


def _month_number(name: str) -> int | None:
    """The month that a name or the beginning of an English one means; a word that only begins alike is none."""
    folded = folded_word(name)
    stem = _FINNISH_ENDINGS.sub("", folded)
    if stem in _FINNISH:
        return _FINNISH.index(stem) + 1
    return next((number for number, month in enumerate(_ENGLISH, 1) if month.startswith(folded)), None)
