"""A log read by columns is held to the ordinary intake: the same rows used, ignored and excluded, the same figures."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from kpi_core.counting.measures import COUNTED
from kpi_core.counting.scorecards import count
from kpi_core.intake import IntakeError, read
from kpi_core.intake.columnar import log as columnar_log
from kpi_core.intake.columnar import verdicts
from kpi_core.intake.columnar.reading import Logged, read_logs
from kpi_core.periods import period
from kpi_core.scorecard import scorecard
from kpi_core.tables import RowAccount
from kpi_core.views import GroupBy
from tests.counting.alike import differences
from tests.counting.any_log import any_opportunities, any_targets

TODAY = date(2026, 12, 31)
TOLD = ("note.copy", "note.negative", "note.cells_left_blank")  # what figures may be wrong by, as far as rows tell
MONTHS = [period("2025-07"), period("2025-12")]
Columns = dict[str, Any]


def a_log(seed: int = 5, rows: int = 300) -> Columns:
    """The columns of a tidy log, as lists."""
    table = any_opportunities(seed, rows, tidy=True)
    days = [name for name in table if str(name).endswith("_on")]
    frame = table.drop(columns=["source_file", "source_row", "offer_from", "no_decision", "modified_on"])
    found = {str(name): [None if pd.isna(cell) else cell for cell in frame[name].astype(object)] for name in frame}
    for name in days:
        if name in found:
            found[str(name)] = [None if cell is None else cell.date() for cell in found[str(name)]]
    return {name: values for name, values in found.items() if any(value is not None for value in values)}


def written(folder: Path, columns: Columns, name: str = "log.parquet", **types: pa.DataType) -> Path:
    table = pa.table({header: pa.array(values, types.get(header)) for header, values in columns.items()})
    pq.write_table(table, folder / name, row_group_size=70)
    return folder / name


def by_columns(folder: Path, by: GroupBy | None = "seller", **asked: Any) -> Logged:
    logged = read_logs([folder], today=TODAY, by=by, **asked)
    assert logged is not None, "the log was not read by columns"
    return logged


def same(folder: Path, by: GroupBy | None = "seller", **asked: Any) -> RowAccount:
    """Reads a folder both ways and compares everything; the account."""
    logged, whole = by_columns(folder, by, **asked), read([folder], today=TODAY)
    assert logged.intake.account == whole.account
    assert [(it.label, it.sha256, it.table) for it in logged.intake.sources] == [
        (it.label, it.sha256, it.table) for it in whole.sources
    ]
    told = [[note for note in it.notes if note.code in TOLD] for it in whole.sources]
    assert [sorted(map(repr, it.notes)) for it in logged.intake.sources] == [sorted(map(repr, notes)) for notes in told]
    assert logged.survey.span == whole.data.span()
    counted = count(logged.survey, logged.batches(), logged.intake.data, MONTHS, by=by, **asked)
    faults = []
    for found, wanted in zip(counted, MONTHS, strict=True):
        faults += differences(found.readings, scorecard(whole.data, wanted, by=by, kpis=COUNTED, **asked).readings)
    assert not faults, "\n".join(faults[:10])
    return logged.intake.account


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several batches of several row groups, and few rows judged at a time."""
    monkeypatch.setattr(columnar_log, "_BATCH", 150)
    monkeypatch.setattr(columnar_log, "_AT_ONCE", 7)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("by", [None, "seller", "client"])
def test_a_tidy_log_is_read_alike(tmp_path: Path, seed: int, by: GroupBy | None) -> None:
    written(tmp_path, a_log(seed))
    any_targets(seed).drop(columns=["source_file", "source_row"]).dropna(axis=1, how="all").to_csv(
        tmp_path / "targets.csv", index=False, date_format="%Y-%m"
    )
    assert same(tmp_path, by).out == 0


def spoilt(place: int, **cells: Any) -> Callable[[Columns], None]:
    """A row of a log with other cells."""

    def spoil(columns: Columns) -> None:
        for name, cell in cells.items():
            columns.setdefault(name, [None] * len(columns["opportunity_id"]))[place] = cell

    return spoil


def blank_row(columns: Columns) -> None:
    for values in columns.values():
        values[8] = None


def total_row(columns: Columns) -> None:
    blank_row(columns)
    columns["opportunity_id"][8], columns["value"][8] = "Grand total", 9e9


def footer(columns: Columns) -> None:
    blank_row(columns)
    columns["opportunity_id"][8] = "Copyright Harju Oy"


def spelt(columns: Columns) -> None:
    columns["seller"] = [
        name.upper() if name and place % 5 == 0 else name for place, name in enumerate(columns["seller"])
    ]
    columns["seller"][3] = "  Aino   Lehtisaari "


def twice(columns: Columns) -> None:
    """An id three times: the latest modified stays, wherever it stands."""
    columns["modified_on"] = [date(2026, 1, 1 + place % 20) for place in range(len(columns["opportunity_id"]))]
    columns["opportunity_id"][5] = columns["opportunity_id"][200] = columns["opportunity_id"][77] = "same"
    columns["modified_on"][200], columns["modified_on"][5] = None, date(2026, 2, 1)
    columns["opportunity_id"][11], columns["opportunity_id"][12] = "again ", " again"
    columns["modified_on"][11] = columns["modified_on"][12] = None


def steering(columns: Columns) -> None:
    """An id four times, three of them with characters that nobody sees; one that has nothing else."""
    columns["modified_on"] = [date(2026, 1, 1 + place % 20) for place in range(len(columns["opportunity_id"]))]
    for place, cell in ((5, "sa\x07me"), (77, "same"), (200, " sa\x7fme\x1b "), (201, "\x01 same\u0080\ufffe")):
        columns["opportunity_id"][place] = cell
    columns["opportunity_id"][9] = "\x02\x03"
    columns["opportunity_id"][10], columns["opportunity_id"][11] = "Häme\u00a0§", "Häme §"  # two ids


def page(place: int, **cells: Any) -> Callable[[Columns], None]:
    """A row that belongs to the page though it has an id and a status."""

    def spoil(columns: Columns) -> None:
        for values in columns.values():
            values[place] = None
        spoilt(place, **cells)(columns)

    return spoil


def total_among_companies(columns: Columns) -> None:
    """The word in the first column, which no figure needs."""
    for name in list(columns):
        columns[name] = columns.pop(name)
        if name == "opportunity_id":
            columns["company"] = columns.pop("company", [None] * 300)
    page(8, company="Välisumma", opportunity_id="x", status="open")(columns)
    for name in [name for name in columns if name != "company"]:
        columns[name] = columns.pop(name)


def tied(columns: Columns) -> None:
    """Two spellings as frequent: the first one used is kept, not one of an unusable row."""
    columns["seller"] = ["Bea Koe" if name else None for name in columns["seller"]]
    places = [place for place, name in enumerate(columns["seller"]) if name][:41]
    for number, place in enumerate(places):
        columns["seller"][place] = "BEA KOE" if number % 2 == 0 else "Bea Koe"
    for place, name in enumerate(columns["seller"]):
        columns["seller"][place] = name if place in places else None
    columns["status"][places[0]] = "vunnen"


SPOILT: dict[str, tuple[Callable[[Columns], None], int]] = {
    "no id": (spoilt(4, opportunity_id=None), 1),
    "an id that is a dash": (spoilt(4, opportunity_id=" - "), 1),
    "no status": (spoilt(4, status=None), 1),
    "an unknown status": (spoilt(4, status="vunnen"), 1),
    "neither won nor lost": (spoilt(4, status="closed"), 1),
    "an error for a status": (spoilt(4, status="#N/A"), 1),
    "an error for a seller": (spoilt(4, seller="#REF!"), 1),
    "a Finnish status": (spoilt(4, status="Voitettu", closed_on=date(2025, 7, 1)), 0),
    "lost without a decision": (spoilt(4, status="ei päätöstä", closed_on=date(2025, 7, 1)), 0),
    "won without a closing date": (spoilt(4, status="won", closed_on=None), 1),
    "won in the future": (spoilt(4, status="won", closed_on=date(2027, 1, 1)), 1),
    "open with a closing date": (spoilt(4, status="open", closed_on=date(2027, 9, 2), expected_close_on=None), 0),
    "a placeholder day": (spoilt(4, created_on=date(1970, 1, 1)), 1),
    "a day in no business year": (spoilt(4, offer_on=date(1702, 5, 1)), 1),
    "no end": (spoilt(4, expected_close_on=date(9999, 12, 31)), 0),
    "an expected close that is a placeholder": (spoilt(4, expected_close_on=date(1900, 1, 1)), 0),
    "an endless value": (spoilt(4, value=float("inf")), 1),
    "an amount of more than 15 digits": (spoilt(4, value=-2e15, status="open"), 1),
    "a probability beyond all numbers": (spoilt(4, probability=1e20), 0),
    "a total among the sellers": (spoilt(4, seller="Yhteensä"), 0),
    "a character that steers": (spoilt(4, seller="Aino\x07", status="won\x02", closed_on=date(2025, 7, 1)), 0),
    "a value that is not a number": (spoilt(4, value=float("nan")), 0),
    "a negative value": (spoilt(4, value=-50.0, status="open"), 0),
    "another currency": (spoilt(4, currency="sek", status="won", closed_on=date(2025, 7, 1)), 0),
    "a sign for a currency": (spoilt(4, currency="€"), 0),
    "a seller nobody knows": (spoilt(4, seller="NULL"), 0),
    "a seller of an unusable row alone": (spoilt(4, seller="Nobody", status="vunnen"), 1),
    "a blank row": (blank_row, 0),
    "a total": (total_row, 0),
    "a footer": (footer, 0),
    "names spelt in several ways": (spelt, 0),
    "two spellings as frequent": (tied, 1),
    "an error for an id": (spoilt(4, opportunity_id="#REF!"), 1),
    "an id after a hash": (spoilt(4, opportunity_id="#17"), 0),
    "a total with a status": (page(8, opportunity_id="Total", status="won", value=9e9, closed_on=date(2025, 7, 1)), 0),
    "a footer with a status": (page(8, opportunity_id=" copyright Harju", status="open"), 0),
    "an id that begins like a total": (spoilt(4, opportunity_id="Totally 1"), 0),
    "a total among the companies": (total_among_companies, 0),
    "a probability left blank and a negative one": (spoilt(4, probability=-1.0), 0),
    "ids that repeat": (twice, 3),
    "ids with characters that steer": (steering, 4),
}


@pytest.mark.parametrize("by", [None, "seller"])
@pytest.mark.parametrize("fault", SPOILT)
def test_an_awkward_row_gets_the_ordinary_verdict(tmp_path: Path, fault: str, by: GroupBy | None) -> None:
    spoil, excluded = SPOILT[fault]
    columns = a_log()
    spoil(columns)
    written(tmp_path, columns)
    account = same(tmp_path, by)
    assert account.out == excluded
    assert account.read == 300


def test_ids_may_repeat_between_files(tmp_path: Path) -> None:
    columns = a_log()
    written(tmp_path, columns, "a.parquet")
    written(tmp_path, {name: values[280:] for name, values in columns.items()}, "b.parquet")
    account = same(tmp_path)
    assert (account.read, account.out) == (320, 20)


def test_a_copy_is_read_once(tmp_path: Path) -> None:
    """Of a log, and of the targets beside it."""
    written(tmp_path, a_log())
    targets = any_targets(5).drop(columns=["source_file", "source_row"]).dropna(axis=1, how="all")
    targets.to_csv(tmp_path / "targets.csv", index=False, date_format="%Y-%m")
    for name in ("log.parquet", "targets.csv"):
        shutil.copy(tmp_path / name, tmp_path / name.replace(".", " (1)."))
    account = same(tmp_path)
    assert (account.used, account.ignored) == (300 + len(targets), {"copy": 300 + len(targets)})


def test_targets_of_a_seller_spelt_in_another_way_are_the_sellers(tmp_path: Path) -> None:
    """Letters composed or not, in the log, in the list and in the targets."""
    columns = a_log()
    columns["seller"] = ["HÄME" if name else None for name in columns["seller"]]
    written(tmp_path, columns)
    (tmp_path / "targets.csv").write_text(
        "seller,month,target\nHa\u0308me,2025-12,1000\nHäme\u202e,2025-07,500\n", encoding="utf-8"
    )
    same(tmp_path)


def test_words_of_more_combinations_than_64_bits_are_told_apart(tmp_path: Path) -> None:
    """Sixty thousand words in each of four columns: a product beyond any key."""
    rows = 60_000
    names = [f"n{number}" for number in range(rows)]
    columns = {
        "opportunity_id": names,
        "status": ["won", "lost"] * (rows // 2),
        "stage": [f"s{name}" for name in names],
        "seller": names,
        "team": [f"t{name}" for name in names],
        "currency": (["EUR", "SEK", "USD", "NOK"] * rows)[:rows],
        "lost_reason": [f"r{name}" for name in names],
        "closed_on": [date(2025, 7, 1 + place % 28) for place in range(rows)],
    }
    pq.write_table(pa.table(columns), tmp_path / "log.parquet")
    narrow = {"win_rate": {"lost": "narrow"}}
    logged = by_columns(tmp_path, None, options=narrow)
    (found,) = count(logged.survey, logged.batches(), logged.intake.data, MONTHS[:1], by=None, options=narrow)
    rate = next(it for it in found.readings if it.kpi == "win_rate")
    assert (rate.numerator, rate.denominator) == (rows // 2, rows)


def no_text(column: str) -> Callable[[pa.Table], pa.Table]:
    """Letters of another encoding in a column of texts."""

    def spoil(table: pa.Table) -> pa.Table:
        cells = pa.array([b"\xe4%d" % number for number in range(300)])
        texts = cells.cast(options=pc.CastOptions(target_type=pa.string(), allow_invalid_utf8=True))
        return table.set_column(table.column_names.index(column), column, texts)

    return spoil


def no_day(table: pa.Table) -> pa.Table:
    """A day of the year 29349, in a row that has to be judged."""
    days = table["created_on"].cast(pa.int32()).to_pylist()
    statuses = [*table["status"].to_pylist()[:4], "vunnen", *table["status"].to_pylist()[5:]]
    days[4] = 10_000_000
    table = table.set_column(table.column_names.index("status"), "status", pa.array(statuses))
    return table.set_column(table.column_names.index("created_on"), "created_on", pa.array(days, pa.date32()))


@pytest.mark.parametrize("spoil", [no_text("seller"), no_text("status"), no_text("opportunity_id"), no_day])
def test_cells_that_are_none_of_their_type_are_refused_in_words(
    tmp_path: Path, spoil: Callable[[pa.Table], pa.Table]
) -> None:
    table = spoil(pa.table({header: pa.array(values) for header, values in a_log().items()}))
    pq.write_table(table, tmp_path / "log.parquet")
    for way in (by_columns, lambda folder: read([folder], today=TODAY)):
        with pytest.raises(IntakeError) as refused:
            way(tmp_path)
        assert refused.value.code == "not_parquet"


def test_numbers_may_be_halves_and_decimals(tmp_path: Path) -> None:
    columns = a_log()
    columns["value"] = [value and float(round(value) % 2000) for value in columns["value"]]
    columns["value"][7] = -2.0
    columns["probability"] = [Decimal("0.25")] * 300
    written(tmp_path, columns, value=pa.float16(), probability=pa.decimal128(12, 2))
    assert same(tmp_path).out == 0


def test_a_blank_moment_is_no_faulty_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pandas writes microseconds: no row of them is left to the ordinary intake."""
    columns = a_log()
    for name in [name for name in columns if name.endswith("_on")]:
        columns[name] = [day and datetime(day.year, day.month, day.day) for day in columns[name]]  # noqa: DTZ001  a CRM's
    written(tmp_path, columns)
    assert any(day is None for day in columns["closed_on"])
    judged: list[int] = []
    monkeypatch.setattr(
        columnar_log.Log, "_judge_one_by_one", lambda _, start, places, *rest: judged.append(len(places))
    )
    same(tmp_path)
    assert sum(judged) == 0


def test_the_end_of_time_is_no_day(tmp_path: Path) -> None:
    """What .NET writes for "never", in UTC, which no zone east of it can say."""
    columns = a_log()
    columns["expected_close_on"] = [datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)] * 300
    written(tmp_path, columns, expected_close_on=pa.timestamp("us", tz="UTC"))
    assert same(tmp_path).out == 0


def test_days_may_be_moments(tmp_path: Path) -> None:
    """Midnight in Finland is 21 or 22 o'clock in UTC, of the day before."""
    columns = a_log()
    columns["closed_on"] = [
        day and datetime(day.year, day.month, day.day, 22, 30, tzinfo=UTC) for day in columns["closed_on"]
    ]
    written(tmp_path, columns, closed_on=pa.timestamp("us", tz="UTC"), created_on=pa.date64())
    same(tmp_path)


def test_words_may_be_dictionaries_and_ids_numbers(tmp_path: Path) -> None:
    columns = a_log()
    columns["opportunity_id"] = list(range(300))
    word = pa.dictionary(pa.int8(), pa.string())
    written(tmp_path, columns, seller=word, status=word, opportunity_id=pa.int64())
    same(tmp_path)


def test_flags_decide_the_status(tmp_path: Path) -> None:
    columns = a_log()
    status = columns.pop("status")
    columns = {name: columns[name] for name in columns if name != "stage"}
    columns |= {"is_closed": [it != "open" for it in status], "is_won": [it == "won" for it in status]}
    columns["is_won"][9], columns["is_closed"][9] = True, False
    written(tmp_path, columns)
    assert same(tmp_path).out == 1


def test_of_many_excluded_rows_some_are_listed_and_all_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "LISTED", 10)
    columns = a_log()
    columns["status"][20:60] = ["vunnen"] * 40
    written(tmp_path, columns)
    account = by_columns(tmp_path).intake.account
    assert (account.read, account.used, account.out) == (300, 260, 40)
    assert [row.row for row in account.excluded] == list(range(22, 32))
    assert account.unlisted == {"status_unknown": 30}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda columns: columns.update(closed_on=[day and day.isoformat() for day in columns["closed_on"]]),
        lambda columns: columns.update(value=list(map(str, columns["value"]))),
        lambda columns: columns.update({"deal id": columns["opportunity_id"]}),
        lambda columns: columns.pop("status"),
    ],
    ids=["days as text", "numbers as text", "two ids", "no status"],
)
def test_what_needs_reading_goes_the_ordinary_way(tmp_path: Path, spoil: Callable[[Columns], Any]) -> None:
    columns = a_log()
    spoil(columns)
    written(tmp_path, columns)
    assert read_logs([tmp_path], by="seller") is None


def test_two_columns_of_one_name_go_the_ordinary_way(tmp_path: Path) -> None:
    columns = a_log()
    names, values = [*columns, "opportunity_id"], [*columns.values(), columns["opportunity_id"]]
    pq.write_table(pa.Table.from_arrays([pa.array(each) for each in values], names), tmp_path / "log.parquet")
    assert read_logs([tmp_path], by="seller") is None


def test_a_log_beside_meetings_goes_the_ordinary_way(tmp_path: Path) -> None:
    written(tmp_path, a_log())
    (tmp_path / "meetings.csv").write_text("meeting_id,meeting_on,outcome,seller\nM1,2025-07-01,held,Aino\n")
    assert read_logs([tmp_path], by="seller") is None


def test_an_option_that_cannot_be_counted_goes_the_ordinary_way(tmp_path: Path) -> None:
    written(tmp_path, a_log())
    assert read_logs([tmp_path], options={"win_rate": {"basis": "value"}}) is None
    assert read_logs([tmp_path], options={"win_rate": {"basis": "count"}}) is not None


def test_only_the_needed_columns_are_read(tmp_path: Path) -> None:
    columns = a_log() | {"notes": [f"note {number}" for number in range(300)]}
    written(tmp_path, columns)
    logged = by_columns(tmp_path)
    (source,) = logged.intake.sources
    unread = {it.header for it in source.columns if it.column is None}
    assert unread == {"notes", "client"} & set(source.headers)


def test_ids_of_any_length_and_script_have_their_own_digest() -> None:
    from kpi_core.intake.columnar.ids import digests

    texts = [
        "",
        "a",
        "ab",
        "12345678",
        "123456789",
        "1234567812345678",
        "ä",
        "ääni",
        "x" * 100,
        "x" * 101,
    ]
    found, blank = digests(pa.array(texts))
    assert len(np.unique(found)) == len(texts)
    assert blank.tolist() == [text == "" for text in texts]
    dressed, none = digests(pa.array([f" {text}\t\0 " for text in texts]))
    assert (dressed.tolist(), none.tolist()) == (found.tolist(), blank.tolist())
