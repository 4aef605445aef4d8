"""The embedded sample: the same bytes every time, small, and alive with the faults that a real export holds."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path

import pytest

from addin import sample
from addin.sample import make

EXPORTED_ON = date(2026, 11, 2)


def rows(name: str) -> list[dict[str, str]]:
    """An export's rows, read as the csv module alone reads them."""
    return list(csv.DictReader(io.StringIO(sample.contents()[name].decode("utf-8-sig")), delimiter=";"))


def day(text: str) -> date:
    return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007  a calendar day has no time zone


def test_the_script_writes_the_committed_files_byte_for_byte() -> None:
    assert make.exports() == sample.contents()


def test_the_sample_stays_under_400_kilobytes() -> None:
    assert sum(len(content) for content in sample.contents().values()) < 400_000


@pytest.mark.parametrize("name", sorted(sample.contents()))
def test_every_export_is_written_as_a_finnish_crm_writes_it(name: str) -> None:
    content = sample.contents()[name]
    assert content.startswith(b"\xef\xbb\xbf")
    assert b";" in content.splitlines()[0]
    assert all(line.endswith(b"\r\n") for line in content.splitlines(keepends=True))


def test_no_row_knows_what_happened_after_the_export() -> None:
    """But for a meeting that is booked ahead, an estimate, and the one won deal that is dated wrongly."""
    assert max(day(row["Soittopäivä"]) for row in rows("yhteydenotot.csv")) <= EXPORTED_ON
    assert max(day(row["Varattu"]) for row in rows("tapaamiset.csv")) <= EXPORTED_ON
    ahead = [row["Tila"] for row in rows("tapaamiset.csv") if day(row["Tapaamispäivä"]) > EXPORTED_ON]
    assert set(ahead) == {"Sovittu"}
    closed = [day(row["Päätöspäivä"]) for row in rows("tarjoukset.csv") if row["Päätöspäivä"]]
    assert [end for end in closed if end > EXPORTED_ON] == [date(2062, 10, 15)]


def test_the_faults_of_a_real_export_are_there() -> None:
    deals = rows("tarjoukset.csv")
    numbers = [row["Tunnus"] for row in deals]
    won = [row for row in deals if row["Vaihe"] == "Voitettu"]
    assert len(numbers) - len(set(numbers)) == 1
    assert sum(row["Vaihe"] == "Jäissä" for row in deals) == 2
    assert sum(not row["Päätöspäivä"] for row in won) == 1
    dated = [row for row in won if row["Päätöspäivä"]]
    assert sum(day(row["Päätöspäivä"]) < day(row["Ensikontakti"]) for row in dated) == 1
    assert sum(not row["Arvo"] for row in deals) == 3


def test_one_seller_of_the_team_has_no_opportunity() -> None:
    named = {row["Myyjä"] for row in rows("myyjat.csv")}
    assert named - {row["Myyjä"] for row in rows("tarjoukset.csv")} == {"Onni Hautasalo"}


def test_writing_names_every_file_and_never_overwrites_unasked(tmp_path: Path) -> None:
    folder = tmp_path / "kokeilu" / "näyte"
    written = sample.write(folder)
    assert {path.name for path in written} == set(sample.contents())
    kept = folder / "kulut.csv"
    kept.write_text("mine", encoding="utf-8")
    with pytest.raises(sample.SampleError, match=r"kulut\.csv"):
        sample.write(folder)
    assert kept.read_text(encoding="utf-8") == "mine"
    sample.write(folder, force=True)
    assert kept.read_bytes() == sample.contents()["kulut.csv"]


def test_a_file_is_no_folder_to_write_into(tmp_path: Path) -> None:
    there = tmp_path / "taken"
    there.write_text("", encoding="utf-8")
    with pytest.raises(sample.SampleError, match="is a file, not a folder"):
        sample.write(there)
