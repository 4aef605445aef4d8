"""A log of opportunities: a first pass that judges every row, and a second one that hands out the usable ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi_core.counting.rows import BLANK_DAY, LOST, OPEN, STATUSES, WON, Flags, Floats, Ints, Rows
from kpi_core.counting.timeline import number
from kpi_core.intake.columnar.arrays import days, numbers
from kpi_core.intake.columnar.doubts import Cells, Doubts
from kpi_core.intake.columnar.furniture import suspects
from kpi_core.intake.columnar.ids import Digests, bare, digests
from kpi_core.intake.columnar.plan import COUNTED_DAYS, DAYS, NUMBERS, Plan
from kpi_core.intake.columnar.statistics import doubtful_numbers
from kpi_core.intake.columnar.verdicts import Verdicts
from kpi_core.intake.columnar.words import Combinations, part_of
from kpi_core.intake.grid import grid_of
from kpi_core.intake.joins import Joins
from kpi_core.intake.numbers import BEYOND
from kpi_core.intake.opportunities import settle
from kpi_core.intake.parquet import cells
from kpi_core.intake.recognition import Recognition
from kpi_core.intake.sheets import RawSheet
from kpi_core.intake.source import Declared, IntakeError
from kpi_core.intake.typed import read_part
from kpi_core.views import GroupBy

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 1_000_000  # rows read at a time, in whole row groups
_AT_ONCE = 50_000  # rows that the ordinary intake judges at a time
ODD, IGNORED = 3, 4  # beside won, lost and open: to be judged by the ordinary intake, left out by a rule
_DATELESS = "closed_without_date"
_MET = ("created_on", "first_contact_on", "offer_on", "closed_on", "modified_on", "expected_close_on")
_MINOR = frozenset({"expected_close_on", "modified_on", "probability"})
_NEGATIVE, _LEFT_BLANK = "note.negative", "note.cells_left_blank"
_NOTHING_MORE: Mapping[str, str] = {}
Told = Callable[[int], None]  # so many more rows have been read


class Log:
    """One file of a run. `names` are the groups met, in the order in which they were."""

    def __init__(self, plan: Plan, declared: Declared, today: date | None, by: GroupBy | None, joins: Joins) -> None:
        self.plan, self.declared, self.by = plan, declared, by
        self._today, self._joins = today, joins
        self.verdicts, self.doubts = Verdicts(), Doubts()
        self.names: list[str] = []
        self.currencies: list[str] = []
        self.members: Counter[str] = Counter()
        self.recorded = False
        self.unused: Ints = np.zeros(0, "int64")  # the places of the rows that are not used, in order
        self.span: dict[str, tuple[int, int]] = {}  # the first and the last of each day, of the usable rows
        self._status = np.zeros(0, "int32")
        self._undecided = np.zeros(0, bool)
        self._currency = np.zeros(0, "int32")
        self._rules: list[str] = []
        self._group = np.zeros(0, "int32")
        self._misnamed = np.zeros(0, bool)
        self._statuses = Combinations(plan.status, self._settle)
        self._groups = Combinations(plan.group, self._name)

    # --- words, by combination

    def _settle(self, combinations: list[tuple[Any, ...]]) -> None:
        """Status, currency and rule of some new combinations of words."""
        part = part_of(self.plan, self.plan.status, combinations, self.declared)
        settle(part, None)
        self.recorded = self.recorded or bool((part.get("offer_from") == "column").any())
        status = part.frame["status"].map({word: code for code, word in enumerate(STATUSES)}).fillna(ODD)
        rules = [part.ledger.ignored.get(place, "") for place in range(len(combinations))]
        # These rows have no dates, which is no fault of the words.
        wrong = [part.ledger.excluded.get(place, (_DATELESS,))[0] != _DATELESS for place in range(len(rules))]
        codes = np.where([bool(rule) for rule in rules], IGNORED, np.where(wrong, ODD, status))
        money = part.frame["currency"]
        self.currencies += sorted(set(money.dropna()) - set(self.currencies))
        places = {code: place for place, code in enumerate(self.currencies, 1)}
        self._status = np.append(self._status, codes.astype("int32"))
        self._undecided = np.append(self._undecided, part.frame["no_decision"].fillna(False).to_numpy(dtype=bool))
        self._currency = np.append(self._currency, money.map(places).fillna(0).to_numpy("int32"))
        self._rules += rules

    def _name(self, combinations: list[tuple[Any, ...]]) -> None:
        """The group of some new combinations of names."""
        part = part_of(self.plan, self.plan.group, combinations, self.declared)
        self._joins.fill(part)
        found = part.get(str(self.by))
        if self.by == "client":
            found = found.fillna(part.get("company"))
        known = {name: place for place, name in enumerate(self.names, 1)}
        for name in found.dropna():
            if name not in known:
                self.names.append(name)
                known[name] = len(self.names)
        self._group = np.append(self._group, found.map(known).fillna(0).to_numpy("int32"))
        self._misnamed = np.append(self._misnamed, ~part.ledger.open)

    # --- passes over the file

    def read(
        self, names: Sequence[str], more: Mapping[str, str] = _NOTHING_MORE, *, check: bool = False
    ) -> Iterator[tuple[int, pa.Table]]:
        """The place of the first row and some columns of each batch, the next one read ahead.

        `more` gives headers names of their own, be they columns of the layout or not; `check` looks whether every cell
        is of its type, which the first pass does for all others.
        """
        file = self.plan.open()
        header_of = {name: self.plan.columns[name] for name in self.plan.having(names)} | dict(more)
        headers = list(header_of.values())
        sizes = [file.metadata.row_group(place).num_rows for place in range(file.num_row_groups)]
        starts = [0, *np.cumsum(sizes).tolist()]
        cuts = [0]
        for place in range(1, len(sizes) + 1):
            if place == len(sizes) or starts[place + 1] - starts[cuts[-1]] > _BATCH:
                cuts.append(place)

        def piece(first: int, after: int) -> tuple[int, pa.Table]:
            with self._sound():
                table = file.read_row_groups(list(range(first, after)), columns=list(dict.fromkeys(headers)))
                if check:
                    table.validate(full=True)
                return starts[first], table.select(headers).rename_columns(list(header_of))

        with ThreadPoolExecutor(1) as ahead:
            waiting = None
            for first, after in pairwise(cuts):
                following = ahead.submit(piece, first, after)
                if waiting is not None:
                    yield waiting.result()
                waiting = following
            if waiting is not None:
                yield waiting.result()

    @contextmanager
    def _sound(self) -> Iterator[None]:
        """Raises IntakeError where a part of the file cannot be read."""
        import pyarrow as pa

        try:
            yield
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            raise IntakeError("not_parquet", file=self.plan.label, found=type(error).__name__) from error

    def judge(self, taken: Digests, told: Told) -> Digests:
        """Give every row its verdict, but for duplicates; the usable ids' digests, put at the head of `taken`."""
        used, unused = 0, []
        amounts = doubtful_numbers(self.plan, NUMBERS)
        wanted = ["opportunity_id", *DAYS, *amounts, *self.plan.status, *self.plan.group]
        named_first = self.plan.first == self.plan.columns["opportunity_id"]
        more = {} if named_first else {"first_cell": self.plan.first}
        for start, table in self.read(wanted, more, check=True):
            combination = self._statuses.of(table)
            status = self._status[combination]
            ids, nameless = digests(table["opportunity_id"])
            dates, wrong = self._days(table, status, start)
            for name in amounts:
                wrong |= self._doubtful(name, table, start, status != IGNORED)
            if self.plan.group:
                named = self._groups.of(table)
                wrong |= self._misnamed[named]
            ignored = status == IGNORED
            for name in ("opportunity_id", *more):
                nameless |= suspects(table[name])
            rejected = ~ignored & (nameless | (status == ODD) | wrong)
            good = ~ignored & ~rejected
            for code, count in enumerate(np.bincount(combination[ignored]).tolist()):
                self.verdicts.ignored[self._rules[code]] += count
            if rejected.any():
                cells_missing = nameless | (status == ODD)
                self._judge_one_by_one(start, np.flatnonzero(rejected), cells_missing[rejected], good)
            ids = ids[good]
            taken[used : used + len(ids)] = ids
            used += len(ids)
            unused.append(np.flatnonzero(~good) + start)
            self._meet(dates, good)
            if self.plan.group:
                self._count_members(self._group[named][good])
            told(len(table))
        self.unused = np.concatenate(unused)
        self.verdicts.ignored = +self.verdicts.ignored
        return taken[:used]

    def survey_again(self) -> None:
        """What is known of the usable rows, once duplicates have been left out."""
        self.span, self.members = {}, Counter()
        for start, table in self.read([*DAYS, *self.plan.status, *self.plan.group]):
            good = np.ones(len(table), bool)
            good[self.unused_in(start, len(table))] = False
            self._meet(self._days(table, self._status[self._statuses.of(table)])[0], good)
            if self.plan.group:
                self._count_members(self._group[self._groups.of(table)][good])

    def batches(self, groups: Sequence[str], currencies: Sequence[str], spelling: Mapping[str, str]) -> Iterator[Rows]:
        """The usable rows, some at a time, their groups and currencies by the places in these lists."""
        place = {name: code for code, name in enumerate(groups, 1)}
        group_of = np.array([0, *(place.get(spelling.get(name, name), 0) for name in self.names)], "int32")
        code = {name: number for number, name in enumerate(currencies, 1)}
        wanted = [*(name for name in DAYS if name != "modified_on"), *NUMBERS, *self.plan.status, *self.plan.group]
        for start, table in self.read(wanted):
            combination = self._statuses.of(table)
            status = self._status[combination]
            dates, _ = self._days(table, status)
            money_of = np.array([0, *(code[name] for name in self.currencies)], "int32")
            group = group_of[self._group[self._groups.of(table)]] if self.plan.group else np.zeros(len(table), "int32")
            rows = Rows(
                group=group,
                status=status,
                no_decision=self._undecided[combination],
                value=self._value(table),
                currency=money_of[self._currency[combination]],
                probability=self._number(table, "probability"),
                **{name: dates[name] for name in COUNTED_DAYS},
            )
            left_out = self.unused_in(start, len(table))
            if len(left_out):
                kept = np.ones(len(table), bool)
                kept[left_out] = False
                rows = rows.where(kept)
            yield rows

    # --- the rows that are not used

    def unused_in(self, start: int, rows: int) -> Ints:
        """Which of some rows from `start` on are not used, counted from there."""
        first, after = np.searchsorted(self.unused, [start, start + rows])
        return self.unused[first:after] - start

    def leave_out(self, places: Ints) -> None:
        """Use no more of some rows."""
        self.unused = np.union1d(self.unused, places)

    def ids(self, places: Ints) -> list[str]:
        """The ids of some rows."""
        return [bare(str(row[0])) for row in self._rows(places, [self.plan.columns["opportunity_id"]])]

    # --- parts of a pass

    def _days(self, table: pa.Table, status: Ints, start: int | None = None) -> tuple[dict[str, Ints], Flags]:
        """The days of each row as its status makes them, and which rows have one that is none or lack their closing.

        `start`, the place of the first row, is given once: where days that are left blank are to be told.
        """
        found: dict[str, Ints] = {}
        wrong = np.zeros(len(table), bool)
        for name in DAYS:
            if name not in table.column_names:
                found[name] = np.full(len(table), BLANK_DAY, "int32")
                continue
            found[name], odd = days(table[name], self.declared.timezone)
            if odd is not None:
                found[name] = np.where(odd, np.int32(BLANK_DAY), found[name])
                if name not in _MINOR:
                    wrong |= odd
                elif start is not None:
                    self.doubts.count(_LEFT_BLANK, self.plan.columns[name], Cells(table[name]), odd, start)
        closed, is_open = found["closed_on"], status == OPEN
        estimate = np.where(is_open, closed, np.int32(BLANK_DAY))
        for code, name in ((WON, "won_on"), (LOST, "lost_on")):
            if name in table.column_names:
                closed = np.where((closed == BLANK_DAY) & (status == code), found[name], closed)
        expected = found["expected_close_on"]
        found["expected_close_on"] = np.where(expected == BLANK_DAY, estimate, expected)
        found["closed_on"] = np.where(is_open, np.int32(BLANK_DAY), closed)
        wrong |= ~is_open & (closed == BLANK_DAY)
        if self._today is not None:
            wrong |= ~is_open & (closed > number(self._today))
        return found, wrong

    def _number(self, table: pa.Table, name: str) -> Floats | None:
        if name not in table.column_names:
            return None
        found = numbers(table[name])
        huge = np.abs(found) >= BEYOND
        return np.where(huge, np.nan, found) if huge.any() else found

    def _value(self, table: pa.Table) -> Floats:
        value, estimated = self._number(table, "value"), self._number(table, "estimated_value")
        if value is None:
            return np.full(len(table), np.nan) if estimated is None else estimated
        return value if estimated is None else np.where(np.isnan(value), estimated, value)

    def _doubtful(self, name: str, table: pa.Table, start: int, counted: Flags) -> Flags:
        """Which rows have what is no amount; what is negative or left blank is told."""
        found, header = numbers(table[name]), self.plan.columns[name]
        huge = np.abs(found) >= BEYOND
        self.doubts.count(_NEGATIVE, header, found, (found < 0) & ~huge & counted, start)
        if name not in _MINOR:
            return huge
        self.doubts.count(_LEFT_BLANK, header, Cells(table[name]), huge & counted, start)
        return np.zeros(len(table), bool)

    def _meet(self, dates: Mapping[str, Ints], good: Flags) -> None:
        every = bool(good.all())
        for name in _MET:
            kept = dates[name] if every else dates[name][good]
            if not len(kept) or kept.max() == BLANK_DAY:
                continue
            if kept.min() == BLANK_DAY:
                kept = kept[kept != BLANK_DAY]
            first, last = self.span.get(name, (int(kept[0]), int(kept[0])))
            self.span[name] = (min(first, int(kept.min())), max(last, int(kept.max())))

    def _count_members(self, groups: Ints) -> None:
        """Their rows counted, in the order in which they occur: of spellings as frequent, the first is kept."""
        counted = np.bincount(groups, minlength=len(self.names) + 1)
        first = np.zeros(len(counted), "int64")
        first[groups[::-1]] = np.arange(len(groups))[::-1]
        for group in sorted(np.flatnonzero(counted).tolist(), key=first.__getitem__):
            if group:
                self.members[self.names[group - 1]] += int(counted[group])

    def _judge_one_by_one(self, start: int, places: Ints, bare: Flags, good: Flags) -> None:
        """Rows that are not plainly usable get their verdict from the ordinary intake.

        Those that lack their id or status (`bare`) may be a total or a blank row: they are read in all their columns.
        """
        whole = self.plan.headers()
        for chosen, headers in ((places[bare], whole), (places[~bare], list(self.plan.columns.values()))):
            for first in range(0, len(chosen), _AT_ONCE):
                some = chosen[first : first + _AT_ONCE]
                rows = self._rows(some + start, headers)
                lines = (some + start + 2).tolist()
                raw = RawSheet(self.plan.path, self.plan.label, None, "", 0, [headers, *rows], [1, *lines], "parquet")
                found = Recognition(0, tuple(headers), self.plan.layout, self.plan.layout.match(headers))
                grid = grid_of(raw, found)
                part = read_part(grid, self.plan.layout, found.matches, self.declared, epoch_1904=False)
                settle(part, self._today)
                account = part.ledger.account(grid.outside)
                self.verdicts.ignored.update(account.ignored)
                self.verdicts.exclude(account.excluded)
                good[part.ledger.lines[part.ledger.open] - 2 - start] = True

    def _rows(self, places: Ints, headers: Sequence[str]) -> list[list[Any]]:
        """Some rows as cells, by their places in the file."""
        file = self.plan.open()
        starts = np.cumsum([0, *(file.metadata.row_group(group).num_rows for group in range(file.num_row_groups))])
        rows: list[list[Any]] = []
        groups = np.searchsorted(starts, places, "right") - 1
        for group in np.unique(groups).tolist():
            with self._sound():
                table = file.read_row_group(group, columns=list(headers)).select(list(headers))
                picked = table.take(places[groups == group] - starts[group])
                rows += [list(row) for row in zip(*(cells(column) for column in picked.columns), strict=True)]
        return rows
