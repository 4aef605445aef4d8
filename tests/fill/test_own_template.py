"""A user's own workbook: what it asks for is filled, and everything else stays as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from addin import cli
from benchmarks.sameness import compare, members, raw_members, same_but_for
from tests.fill.conftest import EXPORTS
from tests.needs import absent
from tests.ooxml.books import repacked

Convert = Callable[[Path, str], Path]
NBSP = "\N{NO-BREAK SPACE}"
# win rate, sales cycle and won deals of maven_crm for all of its time: ../shared/data/README.md
MAVEN = {"win_rate": 0.6315005215, "win_rate_numerator": 4238.0, "sales_cycle_days": 57.0}
REAL = {
    "sales_dashboard_timeline.xlsx": ("dashboard", ("BA2", "BA3", "BA4", "BA5", "BA6")),
    "kpi_dashboard_sparkline_x14cf.xlsm": ("Dashboard", ("BA2", "BA3", "BA4", "BA5", "BA6")),
}
FOLLOWING = ("xl/worksheets/", "xl/charts/", "xl/pivotCache/", "xl/calcChain.xml", "xl/workbook.xml", "xl/_rels/")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_LANGUAGE", "en")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1788336900")


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """A small board with names, placeholders, a table and a chart."""
    path = tmp_path / "board.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("My board")
    sheet.write("A1", "{{ seller }}: {{ win_rate }} won in {{ period }}, seen on {{ as_of }}")
    sheet.write("A2", "{{ win_rate_n }}")
    names = ("kpi_win_rate", "kpi_win_rate_status", "limit_win_rate_1", "kpi_wind_rate", "kpi_show_rate")
    for row, name in enumerate(names, start=3):
        sheet.write_blank(f"B{row}", None, book.add_format({"num_format": "0.00%"}))
        book.define_name(name, f"='My board'!$B${row}")
    sheet.write("B9", "mine")
    book.define_name("seller", "='My board'!$B$9")
    sheet.write_formula("B10", "=B3*2")
    sheet.data_validation("B7", {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1})
    columns = [{"header": header} for header in ("Seller", "Remark", "win_rate", "win_rate_n", "win_rate_status")]
    sheet.add_table("A20:E22", {"name": "tblSellers", "columns": columns})
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"categories": "='My board'!$A$21:$A$22", "values": "='My board'!$C$21:$C$22"})
    sheet.insert_chart("H2", chart)
    book.close()
    return path


def kpi(*arguments: object) -> int:
    return cli.main([str(argument) for argument in arguments])


def fill(template: Path, out: Path, *more: object) -> int:
    return kpi("fill", EXPORTS, "--template", template, "--period", "2026-08", "--out", out, *more)


def sheet_of(path: Path, *, results: bool = True) -> Worksheet:
    found = load_workbook(path, data_only=results)["My board"]
    assert isinstance(found, Worksheet)
    return found


@pytest.mark.parametrize("name", REAL)
def test_a_real_dashboard_is_filled_by_a_file_of_cells_and_stays_as_it_is_around_them(
    name: str, shared: Path, tmp_path: Path, libreoffice: Convert
) -> None:
    template = shared / "templates" / name
    if not template.exists():
        absent(f"{name} is not in ../shared/templates")
    sheet, addresses = REAL[name]
    words = (*MAVEN, "win_rate_status", "period")
    cells = tmp_path / "cells.toml"
    lines = [f'"{sheet}!{at}" = "{word}"' for at, word in zip(addresses, words, strict=True)]
    cells.write_text("\n".join(lines), encoding="utf-8")
    before = hashlib.sha256(template.read_bytes()).hexdigest()
    assert (
        kpi(
            *("fill", shared / "data" / "maven_crm", "--template", template, "--cells", cells),
            *("--period", "all", "--out", tmp_path / "out"),
        )
        == 0
    )
    assert hashlib.sha256(template.read_bytes()).hexdigest() == before
    (written,) = (tmp_path / "out").glob("*.xls*")
    assert written.suffix == template.suffix
    old, new = raw_members(template.read_bytes()), raw_members(written.read_bytes())
    changed = {part for part in old if new.get(part) != old[part]}
    assert changed
    assert {part for part in changed if not part.startswith((*FOLLOWING, "[Content_Types]"))} == set()
    assert compare(template.read_bytes(), written.read_bytes()).added == ()
    (touched,) = (part for part in changed if part.startswith("xl/worksheets/"))
    filled = {touched: set(addresses)}
    assert same_but_for(members(template.read_bytes()), members(written.read_bytes()), filled, {}) == []
    opened = load_workbook(libreoffice(written, "xlsx"), data_only=True)[sheet]
    for at, word in zip(addresses, MAVEN, strict=False):
        assert opened[at].value == pytest.approx(MAVEN[word], abs=5e-11), word
    assert opened[addresses[3]].value == "◆ Check"  # above the published 40 %
    assert opened[addresses[4]].value == "all data"


def test_names_placeholders_and_a_table_are_filled_through_the_command(
    board: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], libreoffice: Convert
) -> None:
    """Of Aino Lehtisaari's offers decided in August 2026 six are won and five lost: counted by hand in tarjoukset.csv.

    Two more of her lost deals never came to an offer.
    """
    before = board.read_bytes()
    assert fill(board, tmp_path / "out", "--by", "seller") == 0
    assert board.read_bytes() == before
    said = capsys.readouterr().out
    assert "kpi_wind_rate is not known; the nearest is kpi_win_rate" in said
    path = next((tmp_path / "out").glob("*Aino*"))
    for sheet in (sheet_of(path), sheet_of(libreoffice(path, "xlsx"))):
        assert sheet["A1"].value == "Aino Lehtisaari: 54.5% won in August 2026, seen on 2026-08-31"
        assert sheet["A2"].value == 11
        assert sheet["B3"].value == pytest.approx(6 / 11)
        assert sheet["B3"].number_format == "0.00%"
        assert sheet["B4"].value == "○ Not rated"  # fewer than 20 decided
        assert sheet["B5"].value == 0.15
        assert (sheet["B6"].value, sheet["B9"].value) == (None, "mine")
        row = [sheet.cell(21, column).value for column in range(1, 6)]
        assert row == ["Aino Lehtisaari", None, pytest.approx(6 / 11), 11, "○ Not rated"]
    assert sheet_of(libreoffice(path, "xlsx"))["B10"].value == pytest.approx(12 / 11)


def test_a_limit_changed_in_the_workbook_changes_the_status_word(
    board: Path, tmp_path: Path, libreoffice: Convert
) -> None:
    assert fill(board, tmp_path / "out") == 0
    (path,) = (tmp_path / "out").glob("*.xls*")
    first = sheet_of(path)["B4"].value
    book = load_workbook(path)
    assert first != "▼ Warning"
    book["My board"]["B5"] = 0.99
    book.save(path)
    opened = sheet_of(libreoffice(path, "xlsx"))
    assert opened["B4"].value != first


def test_a_status_without_its_figures_cell_is_a_fixed_word(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "word.xlsx")
    sheet = book.add_worksheet("My board")
    sheet.write("A1", "Won {{ win_rate }} of the offers")
    sheet.write("A2", "{{ win_rate_status }}")
    book.close()
    assert fill(tmp_path / "word.xlsx", tmp_path / "out", "--by", "seller") == 0
    path = next((tmp_path / "out").glob("*Aino*"))
    assert sheet_of(path, results=False)["A1"].value == "Won 54.5% of the offers"
    assert sheet_of(path, results=False)["A2"].value == "○ Not rated"


def test_named_cells_are_coloured_over_the_workbooks_own_limit(board: Path, tmp_path: Path) -> None:
    assert fill(board, tmp_path / "out") == 0
    (path,) = (tmp_path / "out").glob("*.xls*")
    rules = {
        str(area.sqref): [rule.formula[0] for rule in area.rules] for area in sheet_of(path).conditional_formatting
    }
    assert {"B3", "B4"} <= set(rules)
    assert any("'My board'!$B$3<'My board'!$B$5" in formula for formula in rules["B3"])
    assert not any(area.startswith(("A", "C", "E")) for area in rules)


def test_a_sentence_is_worded_in_finnish(board: Path, tmp_path: Path) -> None:
    assert fill(board, tmp_path / "out", "--by", "seller", "--language", "fi") == 0
    path = next((tmp_path / "out").glob("*Aino*"))
    assert sheet_of(path)["A1"].value == f"Aino Lehtisaari: 54,5{NBSP}% won in elokuu 2026, seen on 31.8.2026"


def test_the_table_grows_with_its_sellers_and_the_chart_with_it(board: Path, tmp_path: Path) -> None:
    assert fill(board, tmp_path / "out") == 0
    (path,) = (tmp_path / "out").glob("*.xls*")
    sheet = sheet_of(path)
    last = 20 + 6  # the sample's six sellers
    assert sheet.tables["tblSellers"].ref == f"A20:E{last}"
    assert all(sheet.cell(row, 1).value for row in range(21, last + 1))
    assert f"$C$21:$C${last}" in members(path.read_bytes())["xl/charts/chart1.xml"].decode()


@pytest.mark.parametrize(("language", "nearest"), [("en", "the nearest known is"), ("fi", "lähin tunnettu on")])
def test_check_tells_what_is_found_unknown_and_validated(
    language: str, nearest: str, board: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kpi("template", "check", board, "--language", language) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert "'My board'!B3 kpi_win_rate" in lines
    assert any(line.startswith("'My board'!A1 {{ period }} = report_period (") for line in lines)
    assert "tblSellers (My board!A20:E22): Seller, win_rate, win_rate_n, win_rate_status" in lines
    assert any(line.endswith(": Remark") for line in lines)
    assert f"kpi_wind_rate ('My board'!B6): {nearest} kpi_win_rate" in lines
    assert "'My board'!B7 kpi_show_rate: decimal between 0.0 … 1.0" in lines
    assert not any("!B9" in line for line in lines)  # the user's own name `seller` asks for nothing


def test_check_of_a_workbook_that_asks_for_nothing_ends_in_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = xlsxwriter.Workbook(tmp_path / "plain.xlsx")
    book.add_worksheet("Plain")
    book.close()
    assert kpi("template", "check", tmp_path / "plain.xlsx") == 1
    cells = tmp_path / "cells.toml"
    cells.write_text('"Plain!B2" = "win_rate"\n"Plain!B3" = "winrate"', encoding="utf-8")
    assert kpi("template", "check", tmp_path / "plain.xlsx", "--cells", cells) == 0
    said = capsys.readouterr().out
    assert "  Plain!B2 = kpi_win_rate" in said.splitlines()
    assert "The template plain.xlsx holds no name (kpi_...)" in said
    assert "  Plain!B3: the nearest known is win_rate" in said


@pytest.mark.parametrize(("language", "reason"), [("en", "the cell holds the formula"), ("fi", "solussa on kaava")])
def test_check_lists_every_cell_that_fill_would_refuse(
    language: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, cells = tmp_path / "sums.xlsx", tmp_path / "cells.toml"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Sums")
    sheet.write_formula("B2", "=C2*2")
    sheet.write_formula("B3", "=C3*3")
    sheet.merge_range("D1:E2", "")
    book.close()
    cells.write_text('"Sums!B2" = "win_rate"\n"Sums!B3" = "show_rate"\n"Sums!E2" = "cac"\n"Sums!B4" = "win_rate_n"')
    assert kpi("template", "check", path, "--cells", cells, "--language", language) == 1
    filled, refused = capsys.readouterr().out.split(":\n", 1)[1].split("Sums!B4 = kpi_win_rate_n")
    assert filled.strip() == ""
    assert f"sums.xlsx, Sums!B2: {reason} =C2*2" in refused
    assert f"sums.xlsx, Sums!B3: {reason} =C3*3" in refused
    assert "sums.xlsx, Sums!E2: " in refused
    assert "D1:E2" in refused
    out = tmp_path / "out"
    asked = ("fill", EXPORTS, "--template", path, "--cells", cells, "--period", "2026-10", "--out", out)
    assert kpi(*asked, "--language", language) == 1
    said = capsys.readouterr().err
    assert "sums.xlsx, Sums!" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert "allow" not in said
    assert "salli" not in said


@pytest.mark.parametrize(
    ("mapping", "code", "sentence"),
    [
        ('"Sheet9!B4" = "win_rate"', 1, "Sheet9!B4"),
        ('"\'My board\'!B10" = "win_rate"', 1, "=B3*2"),
        ("B4 = ", 1, "cells.toml"),
    ],
)
def test_what_cannot_be_filled_is_one_sentence_and_no_file(
    mapping: str, code: int, sentence: str, board: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = tmp_path / "cells.toml"
    cells.write_text(mapping, encoding="utf-8")
    assert fill(board, tmp_path / "out", "--cells", cells) == code
    said = capsys.readouterr()
    assert (said.out, len(said.err.splitlines())) == ("", 1)
    assert sentence in said.err
    assert not list(tmp_path.glob("out/*"))


def test_cells_are_for_own_workbooks_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cells = tmp_path / "cells.toml"
    cells.write_text("", encoding="utf-8")
    assert fill(Path("monthly_sales"), tmp_path / "out", "--cells", cells) == 2
    assert "--cells" in capsys.readouterr().err


def test_a_template_file_that_is_not_there_is_no_misspelt_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fill(tmp_path / "none.xlsx", tmp_path / "out") == 2
    said = capsys.readouterr().err
    assert "There is no template file" in said
    assert "Did you mean" not in said


def test_a_template_in_the_place_of_its_result_is_refused(
    board: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """board.xlsx is filled as board_2026-08.xlsx; a link of that name back to the template must not lead to it."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "board_2026-08.xlsx").symlink_to(board)
    before = board.read_bytes()
    assert fill(board, tmp_path / "out") == 1
    assert "own template" in capsys.readouterr().err
    assert board.read_bytes() == before


@pytest.mark.parametrize(
    ("ending", "kind"), [(".xltx", "template.main+xml"), (".xltm", "template.macroEnabled.main+xml")]
)
def test_a_template_file_stays_one(ending: str, kind: str, board: Path, tmp_path: Path, libreoffice: Convert) -> None:
    """Excel opens a file only where its ending and its content type agree, and gives a new workbook for a template."""
    main = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    owner = b"ms-excel" if "macro" in kind else b"openxmlformats-officedocument.spreadsheetml"
    own = tmp_path / f"own{ending}"
    told = b"application/vnd." + owner + b"." + kind.encode()
    own.write_bytes(repacked(board.read_bytes(), {"[Content_Types].xml": lambda xml: xml.replace(main, told)}))
    assert fill(own, tmp_path / "out", "--by", "seller") == 0
    path = next((tmp_path / "out").glob("*Aino*"))
    assert path.suffix == ending
    assert told in members(path.read_bytes())["[Content_Types].xml"]
    assert sheet_of(libreoffice(path, "xlsx"))["B3"].value == pytest.approx(6 / 11)
