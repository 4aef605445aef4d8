"""`kpi trace` as a user meets it: the rows on stdout, the figure after them, one sentence where there is none."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from addin import sample
from addin.cli import main


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    sample.write(folder)
    return folder


def kpi(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_page_lists_each_row_with_its_line_and_ends_in_the_figure(
    exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("trace", "win_rate", exports, "--period", "2026-08", "--seller", "Aino Lehtisaari", "--language")
    code, out, err = kpi(capsys, *asked, "fi")
    assert (code, err) == (0, "")
    assert out.rstrip().endswith("Tarjouksesta kauppaan: 6 / 11 = 54,5 %".replace(" %", "\N{NO-BREAK SPACE}%"))
    line = next(line for line in out.splitlines() if "T1390" in line)
    assert line.split()[0] == "356"
    assert "T1390" in (exports / "tarjoukset.csv").read_text(encoding="utf-8-sig").splitlines()[355]
    assert {"voitettu", "molemmat"} <= set(line.split())
    code, out, _ = kpi(capsys, *asked, "en")
    assert code == 0
    assert "denominator" in out
    assert "won" in out


def test_the_csv_of_a_cac_adds_up_in_finnish_excels_writing(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("trace", "cac", exports, "--period", "2026-08", "--language", "fi", "--format")
    code, out, err = kpi(capsys, *asked, "csv")
    assert code == 0
    assert "7" in err  # the sums go to stderr, so that the file holds rows alone
    rows = list(csv.DictReader(io.StringIO(out), delimiter=";"))
    costs = sum(float(row["Osoittajaan"].replace(",", ".")) for row in rows if row["Taulu"] == "kulut")
    customers = [row for row in rows if row["Taulu"] == "asiakkaat"]
    value = json.loads(kpi(capsys, *asked, "json")[1])["value"]
    assert costs / len(customers) == pytest.approx(value, rel=1e-9)


def test_text_that_excel_would_take_for_a_formula_stays_text_in_csv(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A negative amount is a number and stays one; a name that begins like a formula gets the apostrophe of a text."""
    names = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "Aino"]
    rows = "".join(f'D{n};won;2024-01-0{n + 1};-5;"{name}"\n' for n, name in enumerate(names))
    (tmp_path / "deals.csv").write_text(f"id;status;close date;value;seller\n{rows}", encoding="utf-8")
    asked = ("trace", "win_rate", tmp_path, "--period", "2024-01", "--language", "en", "--format", "csv")
    code, out, _ = kpi(capsys, *asked)
    assert code == 0
    found = list(csv.DictReader(io.StringIO(out)))
    assert [row["Seller"] for row in found] == [f"'{name.strip()}" for name in names[:-1]] + ["Aino"]
    assert {row["Amount"] for row in found} == {"-5.0"}


@pytest.mark.parametrize(
    ("arguments", "language", "line"),
    [
        (("pipeline_value",), "en", "Open offers: sum 148,920 € = 148,920 €"),
        (("win_rate", "--set", "win_rate.basis=value"), "fi", "Tarjouksesta kauppaan: 69 240 € / 219 000 € = 31,6 %"),
        (("win_rate",), "fi", "Tarjouksesta kauppaan: 7 / 25 = 28 %"),
        (("ltv_cac",), "fi", "Hankintakustannus: 75 285,06 € / 7 = 10 755 €"),
    ],
)
def test_sums_of_money_show_their_currency(
    exports: Path, arguments: tuple[str, ...], language: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kpi_id, *more = arguments
    _, out, _ = kpi(capsys, "trace", kpi_id, exports, "--period", "2026-08", "--language", language, *more)
    assert line in out.replace("\N{NO-BREAK SPACE}", " ").splitlines()


def test_a_figure_of_several_parts_shows_the_sums_of_each(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = kpi(capsys, "trace", "ltv_cac", exports, "--period", "2026-08", "--language", "en")
    assert code == 0
    ends = [line.split(":")[0] for line in out.splitlines() if " / " in line and " = " in line]
    assert ends[:4] == ["Monthly revenue per customer", "Gross margin", "Monthly churn", "Acquisition cost"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("winrate",), 2, "win_rate"),
        (("win_rate", "--seller", "Nobody"), 2, "Aino Lehtisaari"),
        (("ltv_cac", "--seller", "Aino Lehtisaari"), 2, "team, client, product"),
        (("win_rate", "--seller", "A", "--client", "B"), 2, "not both"),
        (("win_rate", "--format", "xml"), 2, "table, csv, json"),
    ],
)
def test_what_cannot_be_traced_is_one_sentence(
    exports: Path, arguments: tuple[str, ...], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kpi_id, *more = arguments
    found, out, err = kpi(capsys, "trace", kpi_id, exports, "--period", "2026-08", "--language", "en", *more)
    assert (found, out) == (code, "")
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize("traced", ["cac", "sales_cycle_days", "ltv_cac"])
def test_no_figure_day_row_or_id_is_cut_in_a_narrow_terminal(
    exports: Path, traced: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("trace", traced, exports, "--period", "2026-08", "--language", "en")
    rows = json.loads(kpi(capsys, *asked, "--format", "json")[1])["rows"]
    wanted: Counter[str] = Counter()
    for row in rows:
        wanted.update([str(row["row"]), str(row["id"]), str(row["on"])])
        if row["money"] is not None:
            wanted[f"{row['money']:,.2f}".removesuffix(".00")] += 1
    del wanted["None"]
    for width in (40, 60, 80, 100, 120):
        monkeypatch.setenv("COLUMNS", str(width))
        _, out, _ = kpi(capsys, *asked)
        assert not wanted - Counter(re.split(r"[ \n]+", out)), width
        assert max(map(len, out.splitlines())) <= width


def test_where_the_table_does_not_fit_each_row_is_a_block(
    exports: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = (exports / "asiakkaat.csv").read_text(encoding="utf-8-sig").splitlines()[216]
    assert "A2095" in line
    for width, block in ((44, True), (80, False)):
        monkeypatch.setenv("COLUMNS", str(width))
        code, out, _ = kpi(capsys, "trace", "cac", exports, "--period", "2026-08", "--language", "fi")
        assert code == 0
        assert ("\nRivi: 217\nTunnus: A2095\nMyyjä: Aino Lehtisaari\n" in out) == block
        assert any(line.split()[:2] == ["217", "A2095"] for line in out.splitlines()) != block


@pytest.mark.parametrize("language", ["fi", "en"])
def test_what_the_scorecard_notes_of_a_figure_stands_beside_its_rows(
    exports: Path, language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deal that was closed before it started is in no row of the trace, and the page says so."""
    monkeypatch.setenv("COLUMNS", "200")
    asked = (exports, "--period", "2026-08", "--language", language)
    card = json.loads(kpi(capsys, "scorecard", *asked, "--format", "json")[1])
    (notes,) = (it["notes"] for it in card["readings"] if it["kpi"] == "sales_cycle_days")
    assert notes
    trace = ("trace", "sales_cycle_days", *asked)
    for note in notes:
        assert note in kpi(capsys, *trace)[1].splitlines()
        assert note in kpi(capsys, *trace, "--format", "csv")[2]
    found = json.loads(kpi(capsys, *trace, "--format", "json")[1])
    assert found["notes"] == notes
    with (exports / "tarjoukset.csv").open(encoding="utf-8-sig", newline="") as file:
        deals = list(csv.DictReader(file, delimiter=";"))
    won = sum(deal["Vaihe"] == "Voitettu" and deal["Päätöspäivä"].endswith(".08.2026") for deal in deals)
    assert won == len(found["rows"]) + 1


def test_nothing_to_measure_is_a_reason(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = kpi(capsys, "trace", "win_rate", exports, "--period", "2025-06", "--language", "en")
    assert code == 0
    assert "nothing to measure" in out
