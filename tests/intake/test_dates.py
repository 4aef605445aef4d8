"""Dates: proven by the column or declared, never guessed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_core.intake import Declared, IntakeError
from kpi_core.intake.dates import Dates, read_dates

DAYS = st.dates(dt.date(1980, 1, 1), dt.date(2099, 12, 31))


def column(*cells: object, declared: Declared = Declared(), **options: bool) -> Dates:  # noqa: B008
    kind = "str" if all(isinstance(cell, str) or cell is None for cell in cells) else "object"
    series = pd.Series(list(cells), dtype=kind)
    lines = np.arange(2, len(cells) + 2)
    return read_dates(series, lines, file="f.csv", header="Close", column="closed_on", declared=declared, **options)


def days(read: Dates) -> list[str | None]:
    return [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in read.days]


@pytest.mark.parametrize(
    ("cells", "wanted", "order"),
    [
        (["2017-03-01", "2017-12-31"], ["2017-03-01", "2017-12-31"], "ymd"),
        (["2017-03-01 23:59:59", "2017-3-1T00:00"], ["2017-03-01", "2017-03-01"], "ymd"),
        (["2017/03/04", "2017.03.04"], ["2017-03-04", "2017-03-04"], "ymd"),
        (["1.3.2017", "01.03.2017", "31.12.2017 klo"], ["2017-03-01", "2017-03-01", None], "dmy"),
        (["1. 3. 2017"], ["2017-03-01"], "dmy"),
        (["05/03/2017", "13/03/2017"], ["2017-03-05", "2017-03-13"], "dmy"),
        (["05/03/2017", "03/13/2017"], ["2017-05-03", "2017-03-13"], "mdy"),
        (["05-03-2017", "25-03-2017"], ["2017-03-05", "2017-03-25"], "dmy"),
        (["5/11/2023 10:30 PM", "5/13/2023 1:00 AM"], ["2023-05-11", "2023-05-13"], "mdy"),
        (["05/05/2017"], ["2017-05-05"], "dmy"),
        (["20170301"], ["2017-03-01"], "ymd"),
        (["1 Mar 2017", "Mar 2, 2017", "3-Mar-2017"], ["2017-03-01", "2017-03-02", "2017-03-03"], "dmy"),
        (["1. maaliskuuta 2017", "24. joulukuuta 2017"], ["2017-03-01", "2017-12-24"], "dmy"),
        ([dt.datetime(2017, 3, 1, 22, 30), dt.date(2017, 3, 2)], ["2017-03-01", "2017-03-02"], "ymd"),  # noqa: DTZ001
    ],
)
def test_a_column_that_proves_its_order_is_read_by_it(cells: list[object], wanted: list[str], order: str) -> None:
    read = column(*cells)
    assert days(read) == wanted
    assert read.format is not None
    assert read.format.order == order


def test_an_undecided_column_is_refused_and_both_readings_are_named() -> None:
    with pytest.raises(IntakeError) as refused:
        column("01/01/2017", "03/04/2017")
    assert refused.value.code == "date_ambiguous"
    sentence = refused.value.message("en")
    assert "2017-04-03 (day first) or 2017-03-04 (month first)" in sentence
    assert "row 3" in sentence
    assert "--date-order" in sentence


def test_a_declared_order_decides_an_undecided_column() -> None:
    assert days(column("03/04/2017", declared=Declared(date_order="mdy"))) == ["2017-03-04"]
    assert days(column("03/04/2017", declared=Declared(date_order="dmy"))) == ["2017-04-03"]


def test_two_orders_in_one_column_are_an_error_that_names_both_rows() -> None:
    with pytest.raises(IntakeError) as refused:
        column("13/01/2017", "01/02/2017", "01/13/2017")
    assert refused.value.code == "date_contradiction"
    assert refused.value.found["row"] == 2
    assert refused.value.found["other_row"] == 4


def test_a_declared_order_that_the_column_disproves_is_an_error() -> None:
    with pytest.raises(IntakeError, match="declared order mdy"):
        column("13/01/2017", declared=Declared(date_order="mdy"))


def test_dots_with_a_second_part_above_12_are_an_error_not_another_order() -> None:
    with pytest.raises(IntakeError) as refused:
        column("3.4.2017", "3.25.2017")
    assert refused.value.code == "date_dots_month_first"


def test_a_two_digit_year_needs_a_declaration() -> None:
    with pytest.raises(IntakeError) as refused:
        column("13.1.17")
    assert refused.value.code == "date_two_digit_year"
    assert days(column("13.1.17", declared=Declared(date_order="dmy"))) == ["2017-01-13"]


def test_one_iso_date_does_not_prove_the_order_of_the_slashed_ones() -> None:
    with pytest.raises(IntakeError) as refused:
        column("2017-01-31", "03/04/2017")
    assert refused.value.code == "date_ambiguous"


@pytest.mark.parametrize("cell", ["31.2.2017", "2017-13-01", "soon", "1970-01-01", "1970-01-01 00:00:00", "46289"])
def test_what_is_no_date_is_bad_and_never_another_day(cell: str) -> None:
    read = column(cell, "2017-03-01")
    assert read.bad.tolist() == [True, False]
    assert days(read) == [None, "2017-03-01"]


def test_a_blank_is_blank_and_an_end_in_9999_means_no_end() -> None:
    read = column(None, "9999-12-31", "2017-03-01")
    assert days(read) == [None, None, "2017-03-01"]
    assert not read.bad.any()


@pytest.mark.parametrize(
    ("cell", "timezone", "wanted"),
    [
        ("2017-03-01T22:30:00Z", "Europe/Helsinki", "2017-03-02"),
        ("2017-03-01T21:30:00Z", "Europe/Helsinki", "2017-03-01"),
        ("2017-06-01T21:30:00.000+0000", "Europe/Helsinki", "2017-06-02"),  # summer time: +03:00
        ("2017-03-01 23:30:00-05:00", "UTC", "2017-03-02"),
        ("2017-03-01T22:30:00", "Europe/Helsinki", "2017-03-01"),  # naive: already local
    ],
)
def test_a_moment_with_an_offset_becomes_the_local_day(cell: str, timezone: str, wanted: str) -> None:
    assert days(column(cell, declared=Declared(timezone=timezone))) == [wanted]


def test_epoch_milliseconds_become_the_local_day() -> None:
    assert days(column("1488407400000")) == ["2017-03-02"]  # 2017-03-01 22:30 UTC


def test_excel_serials_follow_the_workbooks_date_system() -> None:
    assert days(column(46289.0)) == ["2026-09-24"]  # EXPORT_FORMATS.md
    assert days(column(46289.0, epoch_1904=True)) == ["2030-09-25"]  # 1462 days later


def test_months_are_read_only_where_a_column_holds_months() -> None:
    assert days(column("2017-06", "6/2017", "06.2017", months=True)) == ["2017-06-01"] * 3
    assert column("2017-06", "2017-06-02").bad.tolist() == [True, False]


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(DAYS, min_size=1))
def test_iso_dates_come_back_as_written(written: list[dt.date]) -> None:
    assert days(column(*(day.isoformat() for day in written))) == [day.isoformat() for day in written]


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(DAYS, min_size=1))
def test_dotted_dates_come_back_as_written(written: list[dt.date]) -> None:
    cells = [f"{day.day}.{day.month}.{day.year}" for day in written]
    assert days(column(*cells)) == [day.isoformat() for day in written]


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(DAYS, min_size=1), st.sampled_from(["dmy", "mdy"]))
def test_slashed_dates_come_back_as_written_or_are_refused(written: list[dt.date], order: str) -> None:
    form = "%d/%m/%Y" if order == "dmy" else "%m/%d/%Y"
    cells = [day.strftime(form) for day in written]
    if any(day.day > 12 for day in written) or all(day.day == day.month for day in written):
        assert days(column(*cells)) == [day.isoformat() for day in written]
    else:
        with pytest.raises(IntakeError):
            column(*cells)
