"""`kpi scorecard --each`: the months of a period in a row, whichever way the files are read."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from addin import cli, sample
from benchmarks import by_hand, large_logs, made_log
from kpi_core.intake import parquet_size
from kpi_core.intake.columnar import reading
from tests.counting.any_log import any_opportunities

SPAN = ["--period", "2025-09..2025-11", "--each", "month", "--by", "seller", "--language", "en"]


def kpi(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = cli.main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def alike(one: Any, other: Any) -> bool:
    """Equal but for the last digits of sums."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-12)
    return bool(one == other)


def exported(folder: Path) -> tuple[Path, Path]:
    """The same opportunities as a typed parquet file and as csv."""
    folder.mkdir(exist_ok=True)
    table = any_opportunities(8, 250, tidy=True).drop(
        columns=["source_file", "source_row", "offer_from", "no_decision"]
    )
    table = table.dropna(axis=1, how="all")
    for name in table:
        if str(name).endswith("_on"):
            table[name] = table[name].dt.date
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), folder / "log.parquet", row_group_size=100)
    table.to_csv(folder / "log.csv", index=False)
    return folder / "log.parquet", folder / "log.csv"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    monkeypatch.chdir(tmp_path)
    return exported(tmp_path / "exports")


def test_a_log_read_by_columns_and_one_read_by_cells_print_the_same(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []
    monkeypatch.setattr(reading.Log, "judge", _counted(reading.Log.judge, taken))
    for form in ("csv", "table"):
        by_columns = kpi(capsys, "scorecard", files[0], *SPAN, "--format", form)
        assert by_columns[0] == 0
        assert by_columns == kpi(capsys, "scorecard", files[1], *SPAN, "--format", form)
    assert len(taken) == 2, "the parquet file was not read by columns, or the csv was"


def _counted(function: Any, taken: list[int]) -> Any:
    def counting(*arguments: Any) -> Any:
        taken.append(1)
        return function(*arguments)

    return counting


def test_each_month_is_its_own_scorecard(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = kpi(capsys, "scorecard", files[0], *SPAN, "--format", "json")
    assert code == 0
    assert "Not listed" in err
    assert "Show-up rate" in err
    answer = json.loads(out)
    assert answer["rows"] == {"read": 250, "used": 250, "ignored": 0, "excluded": 0}
    assert [one["period"] for one in answer["periods"]] == ["2025-09", "2025-10", "2025-11"]
    for one in answer["periods"]:
        asked = ["--period", one["period"], "--by", "seller", "--language", "en", "--format", "json"]
        alone = json.loads(kpi(capsys, "scorecard", files[1], *asked)[1])
        listed = {reading["kpi"] for reading in one["readings"]}
        assert listed == {"win_rate", "pipeline_value", "sales_cycle_days"}
        assert one["as_of"] == alone["as_of"]
        assert alike(one["readings"], [it for it in alone["readings"] if it["kpi"] in listed])


def test_every_kpi_of_a_whole_set_of_exports_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample.write(tmp_path / "exports")
    span = ["--period", "2026-09..2026-10", "--each", "month", "--by", "seller", "--language", "fi"]
    code, out, _ = kpi(capsys, "scorecard", tmp_path / "exports", *span, "--format", "csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out), delimiter=";"))
    alone = json.loads(
        kpi(capsys, "scorecard", tmp_path / "exports", "--period", "2026-10", "--by", "seller", "--format", "json")[1]
    )
    wanted = {(it["kpi"], (it["group"] or {}).get("seller", "")): it for it in alone["readings"]}
    october = {(row["Tunnusluku"], row["Ryhmä"]): row for row in rows if row["Jakso"] == "2026-10"}
    assert set(october) == set(wanted)
    for key, row in october.items():
        value = wanted[key]["value"]
        shown = float(row["Arvo"].replace(",", ".")) if row["Arvo"] else None
        assert shown == (value if value is None else pytest.approx(value, rel=1e-12))
        assert (row["n"], row["Tila"]) == (str(wanted[key]["n"]), wanted[key]["status"])


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    sample.write(folder)
    return folder


@pytest.mark.parametrize("language", ["fi", "en"])
def test_every_figure_is_whole_in_a_terminal_of_any_width(
    sampled: Path, language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["scorecard", sampled, "--period", "2026-04..2026-08", "--each", "month", "--language", language]
    words = {}
    for width in (400, 120, 100, 80, 60, 40, 24):
        monkeypatch.setenv("COLUMNS", str(width))
        code, out, _ = kpi(capsys, *asked)
        assert code == 0
        figures, _, account = out.partition("\nRivit\n" if language == "fi" else "\nRows\n")
        assert account
        assert "…" not in figures
        assert max(map(len, figures.splitlines())) <= width
        words[width] = Counter(word for word in re.split(r"[ \n]+", figures) if re.search(r"\d", word))
    assert len(words[400]) > 50
    assert all(found == words[400] for found in words.values())


def test_what_is_too_wide_is_turned_then_parted_and_at_last_a_block_for_each_period(
    sampled: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lines(width: int, period: str) -> list[list[str]]:
        monkeypatch.setenv("COLUMNS", str(width))
        asked = ["scorecard", sampled, "--period", period, "--each", "month", "--language", "en"]
        return [re.split(" +", line.strip()) for line in kpi(capsys, *asked)[1].splitlines()]

    july, august = "255,240\N{NO-BREAK SPACE}€", "148,920\N{NO-BREAK SPACE}€"
    assert ["KPI", "2026-07", "2026-08"] in lines(80, "2026-07..2026-08")
    assert ["Open", "offers", july, "○", august, "○"] in lines(80, "2026-07..2026-08")
    year = lines(80, "2025-09..2026-08")
    heads = [month for line in year if line[0] == "KPI" for month in line[1:]]
    assert heads == [f"2025-{month:02}" for month in range(9, 13)] + [f"2026-{month:02}" for month in range(1, 9)]
    assert sum(line[0] == "KPI" for line in year) > 1
    narrow = lines(24, "2026-07..2026-08")
    assert narrow.index(["Period:", "2026-07"]) < narrow.index(["Period:", "2026-08"])
    assert ["KPI", "2026-07"] not in narrow


def test_a_log_with_too_many_cells_is_read_by_columns_without_each_too(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["--period", "2025-10", "--language", "en", "--format", "json"]
    whole = json.loads(kpi(capsys, "scorecard", files[0], *asked)[1])
    monkeypatch.setattr(parquet_size, "MOST_CELLS", 1000)
    monkeypatch.setattr(reading, "MOST_CELLS", 1000)
    code, out, err = kpi(capsys, "scorecard", files[0], *asked)
    assert code == 0
    assert "Not listed" in err
    found = json.loads(out)
    listed = [it["kpi"] for it in found["readings"]]
    assert listed == ["win_rate", "pipeline_value", "sales_cycle_days"]
    assert alike(found, {**whole, "readings": [it for it in whole["readings"] if it["kpi"] in listed]})


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--period", "2025-10", "--each", "fortnight"], 2, "Allowed are week, month, quarter, year."),
        (["--period", "2019", "--each", "month"], 1, "2019"),
        (["--period", "2025", "--each", "month", "--as-of", "2024-12-01"], 2, "2024-12-01"),
        (["--period", "2025", "--each", "month", "--set", "win_rate.scope=few"], 2, "few"),
    ],
)
def test_what_cannot_be_meant_is_told(
    files: tuple[Path, Path], arguments: list[str], code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in files:
        found, out, err = kpi(capsys, "scorecard", file, *arguments, "--language", "en")
        assert (found, out) == (code, "")
        assert sentence in err
        assert len(err.splitlines()) == 1


def test_a_parquet_file_cut_short_is_told(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    files[0].write_bytes(files[0].read_bytes()[:-200])
    code, _, err = kpi(capsys, "scorecard", files[0], *SPAN)
    assert code == 1
    assert "log.parquet" in err


def test_a_damaged_row_group_is_told(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    content = bytearray(files[0].read_bytes())
    content[4:4000] = bytes(3996)
    files[0].write_bytes(content)
    code, out, err = kpi(capsys, "scorecard", files[0], *SPAN)
    assert (code, out) == (1, "")
    assert "log.parquet looks like a parquet file but cannot be read" in err


def test_a_hundred_thousand_opportunities_give_what_sql_gives(tmp_path: Path) -> None:
    """The short form of `python -m benchmarks.large_logs`: 200 sellers, 24 months, in several row groups."""
    made_log.write(100_000, tmp_path / "log.parquet")
    assert pd.read_parquet(tmp_path / "log.parquet", columns=["seller"])["seller"].nunique() == 200
    found, wanted = (engine(tmp_path / "log.parquet", 2) for engine in (large_logs.ours, by_hand.duckdb))
    assert len(found) == 24 * 201
    assert large_logs.differing(found, wanted) is None
