"""One source row changes: exactly the figures that read it change, in the core, the workbook and `kpi compare`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from addin.cli import main
from addin.fill import batch
from addin.fill.batch import fill
from addin.fill.choice import wanted
from kpi_core.catalogue import catalogue
from kpi_core.intake import Intake, read
from kpi_core.periods import period
from kpi_core.scorecard import scorecard
from tests.exports_edited import write_edited
from tests.fill.conftest import RUN_AT
from tests.fill.live_books import listed, named

AUGUST = period("2026-08")
TODAY = date(2026, 11, 23)
TEMPLATES = ("monthly_sales", "outsourced_sales")
Figures = Mapping[tuple[str, str | None], float | None]


@dataclass(frozen=True)
class Mutation:
    """A line of an export that says something else; which figures read it, and of which seller.

    cell    the sheet, the column and the value by which a workbook's own row says the same, where the row's formulas
            read it; none where its role takes other rows and is stored
    """

    file: str
    line: str
    old: str
    new: str
    kpis: frozenset[str]
    seller: str | None = None
    cell: tuple[str, str, object] | None = None


OPEN_OFFERS = frozenset({"pipeline_value", "pipeline_coverage"})
MUTATIONS = {
    "a won deal is reopened": Mutation(
        "tarjoukset.csv",
        "T1390;Nikkelisauma Ky;Hämyjärvi Oy;Raportointi;Aino Lehtisaari;Voitettu;",
        "Voitettu",
        "Neuvottelu",
        OPEN_OFFERS | {"win_rate", "sales_cycle_days"},
        "Aino Lehtisaari",
        ("Data_Opportunities", "Status", "open"),
    ),
    "an open offer grows by 1,000": Mutation(
        "tarjoukset.csv",
        "T1462;Hallasatula Ky;Hämyjärvi Oy;Tiedonsiirto;Leena Mäkiranta;Tarjous lähetetty;50;12000,00;",
        "12000,00",
        "13000,00",
        OPEN_OFFERS,
        "Leena Mäkiranta",
        ("Data_Opportunities", "Value", 13000),
    ),
    "a first meeting that led to an offer was a no-show": Mutation(
        "tapaamiset.csv",
        "K2305;10.07.2026;17.08.2026;Mikko Rautavesi;Hämyjärvi Oy;Nikkelirumpu Oyj;Oskari Tammisuo;Pidetty",
        "Pidetty",
        "Ei saapunut",
        frozenset({"meetings_per_week", "meeting_to_offer", "show_rate"}),
        "Mikko Rautavesi",
    ),
    "a person was not reached": Mutation(
        "yhteydenotot.csv",
        "06.08.2026;Puhelu;Leena Mäkiranta;Hämyjärvi Oy;Haukkapultti Oy;Ulla Mustapuro;Tavoitettu",
        "Tavoitettu",
        "Ei vastannut",
        frozenset({"contact_to_meeting"}),
        "Leena Mäkiranta",
    ),
    "a cost is 1,000 more": Mutation(
        "kulut.csv",
        "2026-08;Kärkösuo Oy;Mainonta;2998,15;",
        "2998,15",
        "3998,15",
        frozenset({"cac", "ltv_cac", "cac_payback_months"}),
        None,
        ("Data_Costs", "Amount", 3998.15),
    ),
    "a customer pays 100 more a month": Mutation(
        "asiakkaat.csv",
        "A1003;Pilvilaituri Oyj;Hämyjärvi Oy;Raportointi;Aino Lehtisaari;23.06.2024;;870,00;",
        "870,00",
        "970,00",
        frozenset({"ltv", "ltv_cac", "cac_payback_months"}),
    ),
}


def _core(intake: Intake) -> Figures:
    """Every figure of August, of the team and of each seller."""
    card = scorecard(intake.data, AUGUST, by="seller")
    return {(it.kpi, it.group[1] if it.group else None): it.value for it in card.readings}


def _in_books(books: list[Path]) -> Figures:
    """The team's figures and those of the list of sellers, as the workbooks of one fill show them together."""
    found: dict[tuple[str, str | None], float | None] = {}
    for book in books:
        values = load_workbook(book, data_only=True)
        shown: list[tuple[str, str | None, object]] = []
        for name, value in named(values).items():
            if name.removeprefix("kpi_") in catalogue():
                shown.append((name.removeprefix("kpi_"), None, value))
        for row in listed(values, "tblSellers"):
            seller = str(row["Seller"])
            shown += [(kpi, seller, row[it.short.en]) for kpi, it in catalogue().items() if it.short.en in row]
        for kpi, seller, value in shown:
            assert isinstance(value, int | float) or value == "–", (kpi, seller, value)
            found[kpi, seller] = value if isinstance(value, int | float) else None
    return found


def _moved(before: Figures, after: Figures) -> set[tuple[str, str | None]]:
    assert before.keys() == after.keys()
    return {key for key, was in before.items() if after[key] != (None if was is None else pytest.approx(was, rel=1e-9))}


def _edited(book: Path, line: str, cell: tuple[str, str, object], to: Path) -> Path:
    """A copy of a live workbook in which the cell of the same row says the new value, as somebody would type it."""
    sheet, header, value = cell
    workbook = load_workbook(book)
    rows = list(workbook[sheet].iter_rows(min_row=5))
    heads = [found.value for found in rows[0]]
    rest = [row for row in rows[1:] if _is_line(dict(zip(heads, (it.value for it in row), strict=True)), line)]
    assert len(rest) == 1, line
    rest[0][heads.index(header)].value = value
    workbook.save(to)
    return to


def _is_line(row: Mapping[str, object], line: str) -> bool:
    """Whether a row of a data table came from a line of the exports, by its id, or by its kind and client."""
    said = line.split(";")
    return row.get("Id") == said[0] if said[0][0].isalpha() else said[2] == row["Category"] and said[1] == row["Client"]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The sample as it is (""), and once for each mutation."""
    folders = {"": write_edited(tmp_path_factory.mktemp("exports"))}
    for name, it in MUTATIONS.items():
        edit = {it.file: (it.line, it.line.replace(it.old, it.new))}
        folders[name] = write_edited(tmp_path_factory.mktemp("exports"), edit)
    return folders


@pytest.fixture(scope="module")
def cores(exports: Mapping[str, Path]) -> Mapping[str, Figures]:
    return {name: _core(read([folder], today=TODAY)) for name, folder in exports.items()}


@pytest.fixture(scope="module")
def recomputed(
    exports: Mapping[str, Path],
    again: Callable[[list[Path]], list[Path]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, Figures]:
    """The figures of live workbooks filled from each export, and ("... typed") of the first one with the cell changed,
    all of them recalculated by LibreOffice from scratch.
    """
    out, books = tmp_path_factory.mktemp("mutated"), dict[str, list[Path]]()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            batch, "wanted", lambda outline: replace(wanted(outline), trend=(), weeks=False, trailing=(), plans=False)
        )
        for number, (name, folder) in enumerate(exports.items()):
            intake = read([folder], today=TODAY)
            books[name] = []
            for template in TEMPLATES:
                done = fill(intake, template, [AUGUST], out=out / str(number), run_at=RUN_AT, live=True)
                books[name].append(done.files[0].rename(out / f"{template}-{number}.xlsx"))
    for number, (name, it) in enumerate(MUTATIONS.items()):
        if it.cell is not None:
            monthly, other = books[""]
            books[f"{name} typed"] = [_edited(monthly, it.line, it.cell, out / f"typed-{number}.xlsx"), other]
    every = list(dict.fromkeys(book for found in books.values() for book in found))
    later = dict(zip(every, again(every), strict=True))
    return {name: _in_books([later[book] for book in reversed(found)]) for name, found in books.items()}


def _wanted(it: Mutation, by_seller: set[str]) -> set[tuple[str, str | None]]:
    """The team's figures, and the seller's where the KPI is measured by seller."""
    return {(kpi, None) for kpi in it.kpis} | {(kpi, it.seller) for kpi in it.kpis & by_seller if it.seller}


@pytest.mark.parametrize("name", MUTATIONS)
def test_exactly_the_figures_that_read_the_row_change_in_the_core(name: str, cores: Mapping[str, Figures]) -> None:
    by_seller = {kpi for kpi, it in catalogue().items() if "seller" in it.groups}
    assert _moved(cores[""], cores[name]) == _wanted(MUTATIONS[name], by_seller)


@pytest.mark.parametrize("name", MUTATIONS)
def test_exactly_these_change_in_the_recalculated_workbook(
    name: str, cores: Mapping[str, Figures], recomputed: Mapping[str, Figures]
) -> None:
    by_seller = {kpi for kpi, seller in recomputed[""] if seller}
    assert _moved(recomputed[""], recomputed[name]) == _wanted(MUTATIONS[name], by_seller)
    assert {kpi for kpi, seller in recomputed[name] if seller is None} == set(catalogue())
    assert not _moved(recomputed[name], {key: cores[name][key] for key in recomputed[name]})


@pytest.mark.parametrize("name", [name for name, it in MUTATIONS.items() if it.cell])
def test_the_same_change_typed_into_the_workbook_gives_the_core_s_figures(
    name: str, cores: Mapping[str, Figures], recomputed: Mapping[str, Figures]
) -> None:
    typed = recomputed[f"{name} typed"]
    in_monthly = {key for key in typed if key[0] not in ("meetings_agreed", "show_rate")}
    assert not _moved({key: typed[key] for key in in_monthly}, {key: cores[name][key] for key in in_monthly})


@pytest.mark.parametrize("name", MUTATIONS)
def test_exactly_these_are_told_by_compare_with_that_row(
    name: str, exports: Mapping[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    it = MUTATIONS[name]
    asked = ["--period", "2026-08", "--by", "seller", "--format", "json", "--language", "en"]
    assert main(["compare", str(exports[""]), str(exports[name]), *asked]) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    by_seller = {kpi for kpi, known in catalogue().items() if "seller" in known.groups}
    found = {(change["kpi"], change["group"]["seller"] if change["group"] else None) for change in changes}
    assert found == _wanted(it, by_seller)
    line = (exports[""] / it.file).read_text(encoding="utf-8-sig").splitlines().index(_whole_line(exports[""], it)) + 1
    for change in changes:
        changed = [row for row in change["rows"] if row["kinds"] != ["counted_otherwise"]]
        assert [row["after"]["row"] for row in changed] == [line], change["kpi"]


def _whole_line(folder: Path, it: Mutation) -> str:
    lines = (folder / it.file).read_text(encoding="utf-8-sig").splitlines()
    return next(found for found in lines if it.line in found)
