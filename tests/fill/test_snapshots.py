"""Snapshots beside the workbooks, and `kpi compare`: as files on the disk and as a user meets them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from addin.cli import main
from addin.fill import snapshots
from addin.fill.places import Folder
from addin.fill.words import FillError
from kpi_core.intake import read
from kpi_core.periods import period
from kpi_core.scorecard import scorecard
from kpi_core.snapshot import KEPT, Snapshot, kept, printed
from tests.exports_edited import write_edited

WON = "T1390;Nikkelisauma Ky;Hämyjärvi Oy;Raportointi;Aino Lehtisaari;Voitettu;"
REOPENED = {"tarjoukset.csv": (WON, WON.replace("Voitettu", "Neuvottelu"))}


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_edited(tmp_path_factory.mktemp("before"))


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_edited(tmp_path_factory.mktemp("after"), REOPENED)


@pytest.fixture(scope="module")
def snapshot(exports: Path) -> Snapshot:
    data = read([exports], today=date(2026, 11, 23)).data
    card = scorecard(data, period("2026-08"), kpis=["win_rate", "cac", "show_rate"], by="seller")
    return Snapshot(kept(data), printed(card.readings, card.as_of), {"win_rate": {"basis": "count"}}, card.as_of)


def kpi(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def kept_in(folder: Path, snapshot: Snapshot, series: str = "x") -> Path:
    return folder / snapshots.keep(Folder(folder), series, snapshot, snapshot.figures)


def test_a_snapshot_comes_back_as_it_was_and_is_the_same_to_the_byte(snapshot: Snapshot, tmp_path: Path) -> None:
    path = kept_in(tmp_path, snapshot, "monthly_sales")
    assert path == tmp_path / "kpi-snapshots" / "monthly_sales_0001.parquet"
    again = snapshots.read(path)
    assert (again.figures, again.options, again.data_on) == (snapshot.figures, snapshot.options, snapshot.data_on)
    for table in KEPT:
        pd.testing.assert_frame_equal(again.data.table(table), snapshot.data.table(table))
    assert snapshots.as_bytes(again) == path.read_bytes()


def test_a_snapshot_holds_no_name_of_a_person_or_company_and_no_words(snapshot: Snapshot, tmp_path: Path) -> None:
    rows = pd.read_parquet(kept_in(tmp_path, snapshot))
    said = set(rows.drop(columns="source_file").select_dtypes(["object", "string"]).stack().astype(str))
    assert {"T1390", "Aino Lehtisaari", "Hämyjärvi Oy"} <= said  # ids, sellers and the agency's clients are needed
    assert not {"Nikkelisauma Ky", "Elias Huhtala", "Ei päätöstä"} & said
    assert not {"insights", "quote", "name", "lost_reason"} & (said | set(rows.columns))
    assert rows["company"].dropna().str.fullmatch("#[0-9a-f]{16}").all()


def test_a_run_repeated_keeps_one_snapshot_and_other_rows_the_next(snapshot: Snapshot, tmp_path: Path) -> None:
    first = kept_in(tmp_path, snapshot)
    assert kept_in(tmp_path, snapshot) == first
    assert snapshots.previous(Folder(tmp_path), "x", snapshot) is None  # the same rows: nothing can have changed since
    deals = snapshot.data.opportunities
    moved = replace(snapshot, data=snapshot.data.having(opportunities=deals.iloc[1:]))
    before = snapshots.previous(Folder(tmp_path), "x", moved)
    assert before is not None
    assert before.figures == snapshot.figures
    assert kept_in(tmp_path, moved).name == "x_0002.parquet"
    assert snapshots.latest(tmp_path) == tmp_path / "kpi-snapshots" / "x_0002.parquet"


def test_what_is_no_snapshot_is_said(snapshot: Snapshot, tmp_path: Path) -> None:
    path = kept_in(tmp_path, snapshot)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(FillError, match="cannot be read"):
        snapshots.read(path)
    other = tmp_path / "other.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(other)
    with pytest.raises(FillError, match="no snapshot"):
        snapshots.read(other)


def test_the_next_fill_tells_what_changed_and_compare_shows_the_rows(
    exports: Path, later: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """August is reported, then T1390 is reopened in the CRM; September's run and `kpi compare` both say so."""
    asked = ("--template", "monthly_sales", "--out", tmp_path, "--language", "en")
    code, out, _ = kpi(capsys, "fill", exports, *asked, "--period", "2026-08")
    assert code == 0
    assert "afterwards" not in out
    reported = snapshots.latest(tmp_path)
    assert reported is not None
    code, out, _ = kpi(capsys, "fill", later, *asked, "--period", "2026-09")
    assert code == 0
    assert "  Win rate, August 2026: 28% → 25%" in out.splitlines()
    code, out, _ = kpi(capsys, "compare", reported, later, "--format", "json", "--language", "en")
    assert code == 0
    changes = json.loads(out)["changes"]
    assert {(it["kpi"], it["period"]) for it in changes if it["group"] is None} == {
        ("win_rate", "2026-08"),
        ("sales_cycle_days", "2026-08"),
        ("pipeline_value", "2026-08"),
        ("pipeline_coverage", "2026-08"),
    }
    assert all([row["id"] for row in it["rows"]] == ["T1390"] for it in changes)
    assert changes[0]["rows"][0]["kinds"] == ["reopened", "re_dated"]


@pytest.mark.parametrize("language", ["fi", "en"])
def test_two_folders_of_exports_are_compared(
    language: str, exports: Path, later: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("compare", exports, later, "--period", "2026-08", "--language", language)
    code, out, err = kpi(capsys, *asked)
    assert (code, err) == (0, "")
    assert ("avattu uudelleen" if language == "fi" else "reopened") in out
    assert "T1390" in out
    code, out, _ = kpi(capsys, *asked, "--format", "csv")
    assert code == 0
    assert len(out.splitlines()) == 1 + 4  # a header and a line for each figure's one row


def test_nothing_changed_is_said(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = kpi(capsys, "compare", exports, exports, "--period", "2026-08", "--language", "en")
    assert (code, out) == (0, "Changed afterwards: 0 of 13 figures of closed periods (as of 2026-11-02).\n")


def test_what_cannot_be_compared_is_one_sentence(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = kpi(capsys, "compare", exports, exports, "--period", "2026-11", "--language", "en")
    assert (code, out) == (2, "")
    assert "no period had ended" in err
    code, _, err = kpi(capsys, "compare", exports, exports / "nothing", "--language", "en")
    assert code == 1
    assert "nothing" in err
