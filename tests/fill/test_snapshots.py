"""Snapshots beside the workbooks, and `kpi compare`: as files on the disk and as a user meets them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from addin.cli import main
from addin.fill import snapshots
from addin.fill.places import Folder
from addin.fill.remembered import Since, remember
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
    assert before == "kpi-snapshots/x_0001.parquet"
    assert snapshots.read_at(Folder(tmp_path), before).figures == snapshot.figures
    assert kept_in(tmp_path, moved).name == "x_0002.parquet"
    assert snapshots.latest(tmp_path) == (tmp_path / "kpi-snapshots" / "x_0002.parquet",)


def test_what_is_no_snapshot_is_said(snapshot: Snapshot, tmp_path: Path) -> None:
    path = kept_in(tmp_path, snapshot)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(FillError, match="cannot be read"):
        snapshots.read(path)
    other = tmp_path / "other.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(other)
    with pytest.raises(FillError, match="no snapshot"):
        snapshots.read(other)


def _rewritten(path: Path, **said: object) -> None:
    """The file with other words of ours about it, as another version of the program would write them."""
    table = pq.read_table(path)
    known = json.loads(table.schema.metadata[b"kpi_snapshot"])
    pq.write_table(table.replace_schema_metadata({b"kpi_snapshot": json.dumps({**known, **said}).encode()}), path)


def _unknown_status(path: Path) -> None:
    rows = pd.read_parquet(path)
    metadata = pq.read_schema(path).metadata
    rows.loc[rows["table"] == "opportunities", "status"] = "paused"
    pq.write_table(pa.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata(metadata), path)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-100]), "cannot be read"),
        (lambda path: path.write_bytes(b""), "cannot be read"),
        (lambda path: _rewritten(path, schema=2), "newer version"),
        (lambda path: _rewritten(path, schema="x"), "cannot be read"),
        (lambda path: _rewritten(path, rows="other", options={"win_rate": {"gone": "yes"}}), "does not know"),
        (lambda path: (_unknown_status(path), _rewritten(path, rows="other")), "cannot be read"),
    ],
    ids=["truncated", "empty", "newer", "no schema", "an option that is gone", "words of no vocabulary"],
)
@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_snapshot_that_cannot_be_used_is_told_and_the_report_is_written_all_the_same(
    spoil: Callable[[Path], object],
    said: str,
    language: str,
    snapshot: Snapshot,
    exports: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = kept_in(tmp_path, snapshot, "ltv_cac")
    spoil(path)
    asked = ("fill", exports, "--template", "ltv_cac", "--out", tmp_path, "--period", "2026-08")
    code, out, err = kpi(capsys, *asked, "--language", language)
    assert (code, err) == (0, "")
    assert (tmp_path / "ltv_cac_2026-08.xlsx").is_file()
    told = [line for line in out.splitlines() if path.name in line]
    assert len(told) == 1
    if language == "en":
        assert said in told[0]
    assert sorted(it.name for it in path.parent.iterdir()) == ["ltv_cac_0001.parquet", "ltv_cac_0002.parquet"]
    code, out, err = kpi(capsys, "compare", path, exports, "--language", "en")
    assert (code, out) == (1, "")
    assert said in err
    assert "Traceback" not in err


def test_a_file_in_the_place_of_the_snapshots_is_told_before_anything_is_written(
    exports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kpi-snapshots").write_text("somebody's own file", encoding="utf-8")
    code, out, err = kpi(
        capsys, "fill", exports, "--template", "ltv_cac", "--out", tmp_path, "--period", "2026-08", "--language", "en"
    )
    assert (code, out) == (1, "")
    assert str(tmp_path / "kpi-snapshots") in err
    assert (tmp_path / "kpi-snapshots").read_text(encoding="utf-8") == "somebody's own file"
    assert not list(tmp_path.glob("*.xlsx"))


class Full(Folder):
    """A disk that takes no more."""

    def write(self, name: str, data: bytes) -> None:
        raise FillError("errors.not_written", file=name, why="No space left on device")


def test_a_snapshot_that_cannot_be_kept_in_the_end_is_told_with_what_had_changed(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    since = Since(snapshot, problem=FillError("errors.no_snapshot", file="x_0001.parquet"))
    found = remember(Full(tmp_path), "x", since, snapshot.figures)
    assert found.file is None
    assert [problem.code for problem in found.problems] == ["errors.no_snapshot", "errors.not_written"]


def test_a_folder_with_reports_by_two_templates_is_compared_by_the_figures_of_both(
    snapshot: Snapshot, later: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Win rate stands in both, coverage in one: each is told once, and each template's last run counts."""
    figures = {it.kpi: it for it in snapshot.figures if it.group is None}
    kept_in(tmp_path, replace(snapshot, figures=(figures["win_rate"], figures["cac"])), "ltv_cac")
    kept_in(tmp_path, replace(snapshot, figures=(figures["win_rate"], figures["show_rate"])), "monthly_sales")
    code, out, _ = kpi(capsys, "compare", tmp_path, later, "--format", "json", "--language", "en")
    assert code == 0
    found = json.loads(out)
    assert found["figures"] == 3
    assert [change["kpi"] for change in found["changes"]] == ["win_rate"]


def test_the_next_fill_tells_what_changed_and_compare_shows_the_rows(
    exports: Path, later: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """August is reported, then T1390 is reopened in the CRM; September's run and `kpi compare` both say so."""
    asked = ("--template", "monthly_sales", "--out", tmp_path, "--language", "en")
    code, out, _ = kpi(capsys, "fill", exports, *asked, "--period", "2026-08")
    assert code == 0
    assert "afterwards" not in out
    (reported,) = snapshots.latest(tmp_path)
    code, out, _ = kpi(capsys, "fill", later, *asked, "--period", "2026-09")
    assert code == 0
    assert "  Win rate, August 2026: 28% → 25%" in out.splitlines()
    assert "  Open offers, August 2026: 148,920 € → 157,440 €" in out.replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert f"(rows: kpi compare {reported} EXPORTS)" in out
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


def _without(folder: Path, column: str) -> Path:
    """The offers without one column, as a CRM view leaves it out; the calls are not exported either."""
    write_edited(folder)
    path = folder / "tarjoukset.csv"
    lines = [line.split(";") for line in path.read_text(encoding="utf-8-sig").splitlines()]
    at = lines[0].index(column)
    path.write_text("\n".join(";".join(cells[:at] + cells[at + 1 :]) for cells in lines), encoding="utf-8-sig")
    (folder / "yhteydenotot.csv").unlink()
    return folder


@pytest.mark.parametrize("language", ["fi", "en"])
def test_cells_that_differ_are_told_in_words_and_to_programs_by_their_names(
    language: str, exports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """T1390 is lost after all, a week later and of another value."""
    line = next(it for it in (exports / "tarjoukset.csv").read_text("utf-8-sig").splitlines() if it.startswith(WON))
    changed = line.replace("Voitettu", "Hävitty").replace("8520,00", "99999,50")
    changed = changed.replace("23.06.2026;24.08.2026", "23.06.2026;25.08.2026")
    other = write_edited(tmp_path / "other", {"tarjoukset.csv": (line, changed)})
    asked = ("compare", exports, other, "--period", "2026-08", "--language", language)
    _, out, _ = kpi(capsys, *asked)
    said = out.replace("\N{NO-BREAK SPACE}", " ")
    said = " ".join(said.split())  # a narrow terminal breaks lines
    if language == "fi":
        assert "tila voitettu → hävitty" in said
        assert "arvo 8 520 € → 99 999,50 €" in said
        assert "päätöspäivä 24.8.2026 → 25.8.2026" in said
    else:
        assert "status won → lost" in said
        assert "value 8,520 € → 99,999.50 €" in said
        assert "closing date 2026-08-24 → 2026-08-25" in said
    assert "closed_on" not in said
    assert "no_decision" not in said
    for output in ("csv", "json"):
        assert "status won → lost" in kpi(capsys, *asked, "--format", output)[1]


@pytest.mark.parametrize(
    ("column", "canonical", "in_words"),
    [("Tarjouspäivä", "offer_on", "offer date"), ("Tunnus", "opportunity_id", "opportunity id")],
)
def test_a_column_that_only_one_export_has_is_told_before_any_row(
    column: str, canonical: str, in_words: str, exports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = _without(tmp_path / "other", column)
    code, out, _ = kpi(capsys, "compare", exports, other, "--period", "2026-08", "--language", "en")
    assert code == 0
    said = " ".join(out.split())  # a narrow terminal breaks lines
    assert said.startswith(
        "B holds no rows of contacts: figures may differ for that reason alone. "
        f"The column {in_words} of opportunities is empty in B: figures may differ for that reason alone. "
    )
    code, out, _ = kpi(capsys, "compare", other, exports, "--period", "2026-08", "--format", "json")
    assert json.loads(out)["lacking"] == [
        {"table": "contacts", "column": None, "in": "A"},
        {"table": "opportunities", "column": canonical, "in": "A"},
    ]


def test_nothing_changed_is_said(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = kpi(capsys, "compare", exports, exports, "--period", "2026-08", "--language", "en")
    assert (code, out) == (0, "Changed afterwards: 0 of 13 figures of closed periods (as of 2026-11-02).\n")


@pytest.mark.parametrize(("by", "template"), [("client", "outsourced_sales"), ("seller", "monthly_sales")])
def test_nothing_has_changed_after_workbooks_by_client_or_seller(
    by: str, template: str, exports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a client's workbook lists is measured within that client: its sellers' figures are not the sellers' own."""
    asked = ("--template", template, "--by", by, "--period", "2026-08", "--out", tmp_path, "--language", "en")
    assert kpi(capsys, "fill", exports, *asked)[0] == 0
    code, out, _ = kpi(capsys, "compare", tmp_path, exports, "--language", "en")
    assert code == 0
    assert re.fullmatch(r"Changed afterwards: 0 of \d{2,} figures of closed periods \(as of 2026-11-02\)\.\n", out)


def test_what_cannot_be_compared_is_one_sentence(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = kpi(capsys, "compare", exports, exports, "--period", "2026-11", "--language", "en")
    assert (code, out) == (2, "")
    assert "no period had ended" in err
    code, _, err = kpi(capsys, "compare", exports, exports / "nothing", "--language", "en")
    assert code == 1
    assert "nothing" in err
