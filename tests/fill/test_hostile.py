"""Text from data stays text, files stay in their folder, templates stay as they were."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from addin import ooxml
from addin.fill.batch import fill
from addin.fill.content import Cell, Content, Formula, Rows
from addin.fill.files import FileNames, safe
from addin.fill.template import Template
from addin.fill.words import FillError, TemplateUnknown
from kpi_core.intake import Intake
from kpi_core.periods import period
from kpi_core.tables import Dataset, RowAccount, conform
from kpi_core.texts import LANGUAGES, Language
from workbook_templates.number_formats import literals

HOSTILE = [
    '=HYPERLINK("http://example.com","Click")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "0012",
    "1E5",
    "#N/A",
    "TRUE",
    "  two edges  ",
    "a_x0041_b",
    "<b>&amp;</b>",
]


def dataset(names: list[str]) -> Intake:
    rows = [
        {
            "opportunity_id": f"{i}-{j}",
            "seller": name,
            "client": name,
            "status": "won" if j % 3 else "lost",
            "created_on": pd.Timestamp(2026, 4, 1 + j),
            "closed_on": pd.Timestamp(2026, 5, 1 + j),
        }
        for i, name in enumerate(names)
        for j in range(4)
    ]
    data = Dataset(opportunities=conform("opportunities", pd.DataFrame(rows)))
    return Intake(data, (), RowAccount(used=len(rows)))


def own_template(path: Path, **cells: object) -> Path:
    """A user's own workbook with the names given."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Oma raportti"
    for row, (name, value) in enumerate(cells.items(), start=2):
        sheet.cell(row, 2).value = value  # type: ignore[assignment]
        workbook.defined_names[name] = DefinedName(name, attr_text=f"'Oma raportti'!$B${row}")
    workbook.save(path)
    return path


def _names(sheet: Worksheet) -> list[Any]:
    """The first column's cells of the table of sellers, the header aside."""
    return [row[0] for row in sheet[sheet.tables["tblSellers"].ref]][1:]


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    done = fill(dataset(HOSTILE), "monthly_sales", [period("2026-05")], out=tmp_path, language="en")
    sheet = load_workbook(done.files[0])["Sellers"]
    found = {cell.value: cell for cell in _names(sheet)}
    assert {cell.data_type for cell in found.values()} == {"s"}
    # openpyxl shows the escape of a literal _x0041_; Excel shows the text itself.
    assert {str(name).replace("_x005F_", "_") for name in found} == set(HOSTILE)
    assert found["+1+1"].quotePrefix


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("currency", ['E"R&<%', '"', "d\\.m\\.yyyy", "X" * 300, '"' * 300])
def test_a_currency_of_any_text_makes_a_format_that_excel_reads(
    currency: str, language: Language, tmp_path: Path
) -> None:
    intake = dataset(["Aino"])
    money = intake.data.opportunities.assign(value=1000.0, currency=currency)
    intake = replace(intake, data=intake.data.having(opportunities=money))
    done = fill(intake, "monthly_sales", [period("2026-05")], out=tmp_path, language=language)
    workbook = load_workbook(done.files[0])
    title, ref = next(workbook.defined_names["plan_deal_size_report"].destinations)
    code = workbook[title][ref.replace("$", "")].number_format
    assert len(code) <= 255
    assert literals(code) == (currency if len(currency) <= 24 else currency[:23] + "…")
    assert re.fullmatch(r'[^"\\]*(\\"|"[^"]*")+', code), "every quotation mark closed, nothing else behind the digits"


def test_thirty_five_sellers_each_have_a_row_and_a_bar(tmp_path: Path) -> None:
    names = [f"Myyjä {i:02} Pitkäsukuniminen-Kaksiosainen" for i in range(35)]
    done = fill(dataset(names), "monthly_sales", [period("2026-05")], out=tmp_path, language="fi")
    sheet = load_workbook(done.files[0])["Myyjät"]
    assert [cell.value for cell in _names(sheet)] == names


def test_one_workbook_a_seller_with_safe_and_unique_names(tmp_path: Path) -> None:
    names = ["../../etc/passwd", "Aino/Åström", "aino åström", "CON", "x" * 300, "C:\\x", "山" * 300]
    done = fill(dataset(names), "monthly_sales", [period("2026-05")], out=tmp_path / "out", by="seller")
    assert len(done.files) == len(names)
    assert {file.parent for file in done.files} == {tmp_path / "out"}
    assert len({file.name.casefold() for file in done.files}) == len(names)
    assert all(len(file.name.encode()) < 140 for file in done.files)
    assert all(re.fullmatch(r"monthly_sales_2026-05_[\w.-]*[\w]\.xlsx", file.name) for file in done.files)
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == sorted(file.name for file in done.files)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    found = load_workbook(done.files[0])
    title, ref = next(found.defined_names["report_group"].destinations)
    assert found[title][ref.replace("$", "")].value in names


@pytest.mark.parametrize(
    "name",
    [
        "/etc/x",
        "..\\..\\x",
        "trailing...",
        "dots. . .",
        "..",
        "\u202evil",
        "a\nb\0c",
        "~$x",
        ".hidden",
        "nul.txt",
        "e\u0301" * 99,
    ],
)
def test_a_group_of_any_name_makes_a_file_beside_the_others(name: str) -> None:
    found = FileNames().name("monthly_sales", "2026-05", name)
    assert re.fullmatch(r"monthly_sales_2026-05_\w([\w.-]*\w)?\.xlsx", found)
    assert len(found.encode()) < 140


def test_names_of_files_are_safe() -> None:
    assert safe("Darcel Schlecht") == "Darcel-Schlecht"
    assert safe("../..") == "x"
    assert safe("a:b*c?d") == "a-b-c-d"
    assert [safe("trailing. . ."), safe(".."), safe("C:\\x"), safe("\u202evil")] == ["trailing", "x", "C-x", "vil"]
    assert safe("山" * 300) == "山" * 26  # three bytes each, 80 in all
    names = FileNames()
    assert [names.name("CON"), names.name("Aino"), names.name("aino")] == ["_CON.xlsx", "Aino.xlsx", "aino-2.xlsx"]


def test_a_workbook_is_readable_as_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        done = fill(dataset(["A"]), "ltv_cac", [period("2026-05")], out=tmp_path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(done.files[0].stat().st_mode) == 0o644
    assert [file.name for file in tmp_path.iterdir()] == ["ltv_cac_2026-05.xlsx"]


def test_an_existing_workbook_is_replaced_and_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "ltv_cac_2026-05.xlsx").write_text("old")
    fill(dataset(["A"]), "ltv_cac", [period("2026-05")], out=tmp_path)
    assert (tmp_path / "ltv_cac_2026-05.xlsx").read_bytes()[:2] == b"PK"
    (tmp_path / "ltv_cac_2026-05.xlsx").unlink()
    (tmp_path / "ltv_cac_2026-05.xlsx").mkdir()
    with pytest.raises(FillError, match=r"cannot be written"):
        fill(dataset(["A"]), "ltv_cac", [period("2026-05")], out=tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["ltv_cac_2026-05.xlsx"]


def test_a_users_own_workbook_gets_just_what_it_names(tmp_path: Path) -> None:
    template = own_template(tmp_path / "oma.xlsx", kpi_win_rate=None, kpi_win_rate_status=None, kpi_winrate=7, mine=5)
    done = fill(dataset(["A", "B", "C", "D", "E", "F"]), template, [period("2026-05")], out=tmp_path / "out")
    sheet = load_workbook(done.files[0], data_only=True)["Oma raportti"]
    assert sheet["B2"].value == 12 / 24  # of four each, the first and the last are lost
    assert sheet["B3"].value == "◆ Check"  # 50 % is above the published 40 %
    assert (sheet["B4"].value, sheet["B5"].value) == (7, 5)
    assert "kpi_winrate" in done.remarks[0].en
    assert "kpi_win_rate" in done.remarks[0].en


def test_the_template_is_never_overwritten(tmp_path: Path) -> None:
    template = own_template(tmp_path / "oma_2026-05.xlsx", kpi_win_rate=None)
    template = template.rename(tmp_path / "oma.xlsx")
    before = template.read_bytes()
    fill(dataset(["A"]), template, [period("2026-05")], out=tmp_path)
    assert template.read_bytes() == before


def test_a_formula_in_the_users_cell_is_not_overwritten(tmp_path: Path) -> None:
    template = own_template(tmp_path / "oma.xlsx", kpi_win_rate="=1/3")
    with pytest.raises(ooxml.FillError, match=r"B2.*1/3"):
        fill(dataset(["A"]), template, [period("2026-05")], out=tmp_path / "out")


def test_a_template_that_is_none_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(TemplateUnknown, match="monthly_sales"):
        fill(dataset(["A"]), "monthly_sale", [period("2026-05")], out=tmp_path)
    (tmp_path / "broken.xlsx").write_bytes(b"no archive")
    with pytest.raises(ooxml.FillError, match=r"broken\.xlsx"):
        fill(dataset(["A"]), tmp_path / "broken.xlsx", [period("2026-05")], out=tmp_path)
    with pytest.raises(FillError, match="no name"):
        fill(dataset(["A"]), own_template(tmp_path / "plain.xlsx", mine=1), [period("2026-05")], out=tmp_path)


def test_a_table_with_cells_under_it_is_refused_when_it_would_grow(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for at, value in (("A1", "file"), ("B1", "row"), ("A2", None), ("A3", "Below")):
        sheet[at] = value
    sheet.add_table(Table(displayName="tblExcluded", ref="A1:B2"))
    workbook.save(tmp_path / "tight.xlsx")
    template = Template(tmp_path / "tight.xlsx", "en")
    one = Content({}, {"tblExcluded": Rows(({"file": "a", "row": 1},))})
    two = Content({}, {"tblExcluded": Rows(({"file": "a", "row": 1}, {"file": "b", "row": 2}))})
    assert template.filled(one)
    with pytest.raises(ooxml.FillError, match=r"tblExcluded.*A3"):
        template.filled(two)


def test_a_figure_is_stored_to_its_last_digit(tmp_path: Path) -> None:
    """0.1 + 0.2 needs 17 digits; many writers write 16."""
    template = Template(own_template(tmp_path / "oma.xlsx", kpi_cac=None, kpi_ltv=None, kpi_cac_status=None), "en")
    cells = {
        "kpi_cac": Cell(0.1 + 0.2),
        "kpi_ltv": Cell(date(2026, 5, 31)),
        "kpi_cac_status": Cell(Formula("1/3", 1 / 3)),
    }
    (tmp_path / "out.xlsx").write_bytes(template.filled(Content(cells, {})))
    sheet = load_workbook(tmp_path / "out.xlsx", data_only=True)["Oma raportti"]
    assert sheet["B2"].value == 0.1 + 0.2
    assert sheet["B3"].value.date() == date(2026, 5, 31)
    assert sheet["B4"].value == 1 / 3


def test_nothing_to_measure_is_a_dash_with_its_reason_beside_it_never_zero(tmp_path: Path) -> None:
    done = fill(dataset(["A"]), "monthly_sales", [period("2026-05")], out=tmp_path, language="en")
    workbook = load_workbook(done.files[0], data_only=True)
    sheet = workbook["Summary"]
    title, ref = next(workbook.defined_names["kpi_meetings_per_week"].destinations)
    row = int(ref.rpartition("$")[2])
    assert title == "Summary"
    assert [sheet.cell(row, column).value for column in (3, 4, 5, 8)] == [
        "–",
        "○ Not rated",
        "–",
        "The data holds no meetings.",
    ]
    (name,) = _names(workbook["Sellers"])
    assert (name.value, name.offset(0, 1).value) == ("A", "–")
    assert [cell.value for cell in workbook["Weeks"]["B"]][-2:] == ["Seller", "–"]
    assert len(load_workbook(done.files[0])["Weeks"]._charts) == 0
