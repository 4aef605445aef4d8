"""What a filled workbook holds, read back by three programs."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image
from python_calamine import CalamineWorkbook

from addin.fill.choice import chosen, wanted
from addin.fill.compose import compose
from addin.fill.content import Content, Rows
from addin.fill.run import Measuring
from addin.fill.template import Template
from kpi_core.intake import Intake
from kpi_core.periods import period, week_of
from kpi_core.scorecard import scorecard
from tests.needs import program
from workbook_templates.shipped import shipped

Filled = Callable[..., Path]
Converted = Callable[[Path, str], Path]

TEMPLATES = [(name, language) for name in shipped() for language in ("fi", "en")]


def values(path: Path) -> dict[str, object]:
    """Every named cell's stored value."""
    workbook = load_workbook(path, data_only=True)
    found = {}
    for name, defined in workbook.defined_names.items():
        for title, ref in defined.destinations:
            found[name] = workbook[title][ref.replace("$", "")].value
    return found


@pytest.mark.parametrize(("name", "language"), TEMPLATES)
def test_every_named_figure_is_the_scorecards_to_the_last_digit(
    name: str, language: str, filled: Filled, sample: Intake
) -> None:
    found = values(filled(name, language))
    for reading in scorecard(sample.data, period("2026-08")).readings:
        if f"kpi_{reading.kpi}" in found:
            assert found[f"kpi_{reading.kpi}"] == ("–" if reading.value is None else reading.value)
            assert found[f"kpi_{reading.kpi}_n"] == ("–" if reading.value is None and not reading.n else reading.n)


@pytest.mark.parametrize("language", ["fi", "en"])
def test_a_figure_repeated_on_another_sheet_looks_like_the_first(language: str, filled: Filled) -> None:
    """Amounts have their currency, months their word."""
    path = filled("ltv_cac", language)
    workbook, found = load_workbook(path), values(path)
    named = workbook.defined_names

    def cell(name: str) -> Any:
        ((title, ref),) = named[name].destinations
        return workbook[title][ref.replace("$", "")]

    assert '"€"' in cell("kpi_ltv_repeated").number_format
    for kpi in ("cac", "ltv", "ltv_cac", "cac_payback_months"):
        once, again = f"kpi_{kpi}", f"kpi_{kpi}_repeated"
        assert cell(again).number_format == cell(once).number_format
        assert (cell(again).value, found[again]) == (f"={once}", found[once])


def test_calamine_reads_the_same_values(filled: Filled) -> None:
    path = filled("monthly_sales")
    workbook = load_workbook(path, data_only=True)
    other = CalamineWorkbook.from_path(str(path))
    for sheet in workbook.worksheets:
        rows = other.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and cell.value != "":
                    found = rows[cell.row - 1][cell.column - 1]
                    if isinstance(cell.value, datetime):
                        assert found in (cell.value, cell.value.date()), cell.coordinate
                    else:
                        assert found == cell.value, (sheet.title, cell.coordinate)


@pytest.mark.parametrize(("name", "language"), TEMPLATES)
def test_libreoffice_recalculates_every_cell_to_its_stored_value(
    name: str, language: str, filled: Filled, libreoffice: Converted
) -> None:
    path = filled(name, language)
    before = load_workbook(path, data_only=True)
    after = load_workbook(libreoffice(path, "xlsx"), data_only=True)
    assert before.sheetnames == after.sheetnames
    for sheet in before.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                again = after[sheet.title][cell.coordinate].value
                if isinstance(cell.value, float | int):
                    assert again == pytest.approx(cell.value, rel=1e-12), (sheet.title, cell.coordinate)
                else:
                    assert (again or "") == (cell.value or ""), (sheet.title, cell.coordinate)


def test_every_formula_has_a_stored_value(filled: Filled) -> None:
    for name in shipped():
        formulas = load_workbook(filled(name))
        stored = load_workbook(filled(name), data_only=True)
        for sheet in formulas.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f" and "_changed" not in str(cell.value) and '""' not in str(cell.value):
                        assert stored[sheet.title][cell.coordinate].value is not None, (sheet.title, cell.coordinate)


def test_status_word_and_remark_follow_a_limit_changed_on_the_settings_sheet(
    filled: Filled, libreoffice: Converted, tmp_path: Path
) -> None:
    """Coverage is 2.1x, below the published 3: raised tolerance of 2.0 in Excel makes it green, and says so."""
    path = filled("monthly_sales", "en")
    assert str(values(path)["kpi_pipeline_coverage_status"]) == "▼ Warning"
    workbook = load_workbook(path)
    title, ref = next(workbook.defined_names["limit_pipeline_coverage_1"].destinations)
    workbook[title][ref.replace("$", "")].value = 2.0
    changed = tmp_path / "changed.xlsx"
    workbook.save(changed)
    found = values(libreoffice(changed, "xlsx"))
    assert found["kpi_pipeline_coverage_status"] == "● On track"
    assert str(found["kpi_pipeline_coverage_changed"]).startswith("Limit changed")
    assert found["kpi_win_rate_status"] == values(path)["kpi_win_rate_status"]


def test_a_minimum_n_raised_on_the_settings_sheet_silences_the_rating(
    filled: Filled, libreoffice: Converted, tmp_path: Path
) -> None:
    workbook = load_workbook(filled("monthly_sales", "en"))
    title, ref = next(workbook.defined_names["limit_win_rate_n"].destinations)
    workbook[title][ref.replace("$", "")].value = 1000
    changed = tmp_path / "changed.xlsx"
    workbook.save(changed)
    assert values(libreoffice(changed, "xlsx"))["kpi_win_rate_status"] == "○ Not rated"


def _red_ground(page: Path, libreoffice: Converted) -> bool:
    """Whether the rendered first page shows the ground of a warning (FBD5C5) anywhere."""
    pdf = libreoffice(page, "pdf")
    subprocess.run(
        [program("pdftoppm", "poppler-utils"), "-r", "50", "-l", "1", "-png", str(pdf), str(pdf.with_suffix(""))],
        check=True,
    )
    picture = Image.open(next(pdf.parent.glob("*.png"))).convert("RGB")
    return any(colour == (0xFB, 0xD5, 0xC5) for _, colour in picture.getcolors(1 << 24))


def test_colour_follows_a_limit_changed_on_the_settings_sheet(
    filled: Filled, libreoffice: Converted, tmp_path: Path
) -> None:
    """On the summary only the coverage warns; with its limit at 2.0 no cell of the page is red any more."""
    path = filled("monthly_sales", "en")
    assert _red_ground(path, libreoffice)
    workbook = load_workbook(path)
    for sheet in workbook.worksheets[1:]:
        sheet.sheet_state = "visible"
    title, ref = next(workbook.defined_names["limit_pipeline_coverage_1"].destinations)
    workbook[title][ref.replace("$", "")].value = 2.0
    changed = tmp_path / "changed.xlsx"
    workbook.save(changed)
    assert not _red_ground(changed, libreoffice)


def test_colours_of_shares_name_the_settings_cells(filled: Filled) -> None:
    workbook = load_workbook(filled("monthly_sales"))
    rules = [
        formula
        for ranges in workbook.worksheets[0].conditional_formatting
        for rule in ranges.rules
        for formula in rule.formula
    ]
    assert any("limit_win_rate_1" in formula and "kpi_win_rate" in formula for formula in rules)
    assert any("kpi_win_rate_n<limit_win_rate_n" in formula for formula in rules)


def test_colours_in_tables_follow_the_rows_own_cells_and_the_settings(filled: Filled) -> None:
    """In the sellers' table B is the name, C meetings a week, D its status, E its n; the sample has six sellers."""
    sheet = load_workbook(filled("monthly_sales", "en"))["Sellers"]
    assert [sheet[at].value for at in ("B10", "C10", "E10")] == ["Seller", "Meetings per week", "Meetings per week, n"]
    rules = {str(area.sqref): [rule.formula[0] for rule in area.rules] for area in sheet.conditional_formatting}
    for cells in ("C11:C16", "D11:D16"):
        assert any(formula == "AND(ISNUMBER($C11),$C11<limit_meetings_per_week_1)" for formula in rules[cells])


@pytest.mark.parametrize(
    ("language", "sheet", "said"), [("fi", "Viikot", "raportin päivää pidemmälle"), ("en", "Weeks", "the report's day")]
)
def test_the_last_week_ends_on_the_reports_day_and_the_sheet_says_so(
    language: str, sheet: str, said: str, filled: Filled, sample: Intake
) -> None:
    """31 August 2026 is a Monday: its week goes on in the data, but not in August's report."""
    weeks = load_workbook(filled("monthly_sales", language), data_only=True)[sheet]
    cells = list(weeks.iter_rows(values_only=True))
    header = next(row for row in cells if "2026-W36" in row)
    at, whose = header.index("2026-W36"), header.index("Myyjä" if language == "fi" else "Seller")
    shown = {row[whose]: row[at] for row in cells[cells.index(header) + 1 :] if isinstance(row[at], int | float)}
    until = dict.fromkeys((date(2026, 8, 31), date(2026, 9, 6)), 0.0)
    for last in until:
        card = scorecard(sample.data, week_of(last), kpis=["meetings_per_week"], by="seller", as_of=last)
        until[last] = sum(it.numerator or 0 for it in card.readings if it.group and it.group[1] in shown)
    assert sum(shown.values()) == until[date(2026, 8, 31)] < until[date(2026, 9, 6)]
    assert any(said in str(cell) for row in cells[:6] for cell in row)


def test_a_chart_of_bars_has_room_for_every_row(tmp_path: Path) -> None:
    """40 themes: 1,500,000 EMU of frame and 200,000, about 5.5 mm, a bar; the template's own chart is 7 cm high."""
    template = Template(shipped()["outsourced_sales"].path("en"), "en", shipped=True)
    for count, height in ((3, 7 * 360_000), (40, 9_500_000)):
        rows = Rows(tuple({"theme": f"Theme {i}", "count": i} for i in range(count)))
        (tmp_path / "themes.xlsx").write_bytes(template.filled(Content({}, {"tblThemes": rows})))
        (chart,) = load_workbook(tmp_path / "themes.xlsx")["Themes"]._charts
        assert chart.anchor.ext.height == height
        assert chart.series[0].val.numRef.f == f"'Themes'!$C$7:$C${6 + count}"


@pytest.mark.parametrize(("name", "language"), TEMPLATES)
def test_the_printed_pages_hold_every_text_and_no_hashes(
    name: str, language: str, filled: Filled, libreoffice: Converted
) -> None:
    pdftotext = program("pdftotext", "poppler-utils")
    path = filled(name, language)
    pdf = libreoffice(path, "pdf")
    text = subprocess.run([pdftotext, "-layout", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    assert "###" not in text
    assert not re.search(r"#(DIV/0|N/A|NAME|REF|VALUE|NUM)[!?]?", text)
    assert bool(re.search(r"\d[.,]\d%", text)) == (language == "en"), "28.0%, and 28,0 % in Finnish"
    # A clipped cell prints less than it holds: every word of every diagnosis must be on paper.
    printed = set(re.findall(r"\w+", text))
    for cell, value in values(path).items():
        if cell.endswith(("_diagnosis", "_basis", "_status")) and isinstance(value, str):
            missing = set(re.findall(r"\w+", value)) - printed
            assert not missing, (cell, missing)


@pytest.mark.parametrize("name", list(shipped()))
def test_the_account_of_rows_is_in_every_workbook_and_adds_up(name: str, filled: Filled, sample: Intake) -> None:
    found = values(filled(name))
    assert found["rows_read"] == found["rows_used"] + found["rows_ignored"] + found["rows_excluded"]  # type: ignore[operator]
    assert found["rows_read"] == sample.account.read
    workbook = load_workbook(filled(name))
    table = next(sheet.tables["tblExcluded"] for sheet in workbook.worksheets if "tblExcluded" in sheet.tables)
    first, last = (int(number) for number in re.findall(r"\d+", table.ref))
    assert last - first == max(1, len(sample.account.excluded))


@pytest.mark.parametrize(("language", "sheet"), [("fi", "Tietoja"), ("en", "About")])
def test_each_file_is_named_by_what_it_was_taken_for(language: str, sheet: str, filled: Filled) -> None:
    cells = load_workbook(filled("monthly_sales", language))[sheet].iter_rows(values_only=True)
    kinds = {str(cell) for row in cells if any("tarjoukset.csv" in str(cell) for cell in row) for cell in row}
    wanted = {"fi": "tavallinen taulukko · myyntimahdollisuudet", "en": "plain table · opportunities"}
    assert wanted[language] in kinds


def test_charts_cover_the_rows_that_their_tables_have_grown_to(filled: Filled) -> None:
    workbook = load_workbook(filled("monthly_sales"))
    sheet = workbook["Viikot"]
    rows = re.findall(r"\d+", sheet.tables["tblWeeks"].ref)
    (chart,) = sheet._charts
    assert len(chart.series) == 6
    for series in chart.series:
        assert re.findall(r"\$(\d+)", series.val.numRef.f) == [str(int(rows[0]) + 1), rows[1]]


def test_a_month_without_anything_to_measure_is_blank_in_the_trend_not_zero(filled: Filled, sample: Intake) -> None:
    """The sample's calls begin in November 2025: the months before have no share of contacts."""
    sheet = load_workbook(filled("monthly_sales", "en"), data_only=True)["Data_trend"]
    headers = {cell.value: cell.column for cell in sheet[4]}
    by_month = {
        sheet.cell(row, headers["Month"]).value.date(): sheet.cell(row, headers["Contact to meeting"]).value
        for row in range(5, 17)
    }
    expected = {
        month.start: scorecard(sample.data, month, as_of=date(2026, 8, 31), kpis=["contact_to_meeting"])
        .readings[0]
        .value
        for month in period("2025-09..2026-08").months()
    }
    assert by_month == expected
    assert None in by_month.values()
    assert 0 not in by_month.values()


def test_the_same_input_gives_the_same_bytes(sample: Intake, filled: Filled, tmp_path: Path) -> None:
    from addin.fill.batch import fill
    from tests.fill.conftest import RUN_AT

    again = fill(sample, "ltv_cac", [period("2026-08")], out=tmp_path, language="fi", version="0.1.0", run_at=RUN_AT)
    assert again.files[0].read_bytes() == filled("ltv_cac").read_bytes()


@pytest.mark.parametrize(("language", "moment"), [("fi", "2.9.2026 08:15"), ("en", "2026-09-02 08:15")])
def test_the_run_s_time_is_written_as_the_language_writes_days(language: str, moment: str, filled: Filled) -> None:
    workbook = load_workbook(filled("ltv_cac", language))
    title, ref = next(workbook.defined_names["report_created"].destinations)
    assert workbook[title][ref.replace("$", "")].value == moment


def test_archives_are_sound_and_carry_no_clock(filled: Filled) -> None:
    with zipfile.ZipFile(filled("monthly_sales")) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-09-02T08:15:00Z" in archive.read("docProps/core.xml")


def test_a_clients_workbook_quotes_that_client_alone(sample: Intake) -> None:
    choice = chosen("outsourced_sales", "en")
    asked = replace(wanted(choice.template.outline), by="client")
    measuring, notes = Measuring(sample, asked), sample.data.insights
    heard = 0
    for client in measuring.groups:
        run = measuring.measured(period("2026-08"), client)
        rows = compose(run, choice.template.outline, "en", group=client).tables["tblInsights"].rows
        said = {str(value) for row in rows for value in row.values()} & set(notes["quote"].dropna())
        assert said <= set(notes.loc[notes["client"] == client, "quote"])
        heard += len(said)
    august = notes["noted_on"].dt.strftime("%Y-%m") == "2026-08"
    assert heard == august.sum() > 0
