"""One source row is edited afterwards: exactly the figures that depend on it change, and the change names the row."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from kpi_core.catalogue import catalogue
from kpi_core.changes import FigureChange, figure_changes
from kpi_core.intake import read
from kpi_core.periods import period
from kpi_core.scorecard import scorecard
from kpi_core.snapshot import Printed, Snapshot, kept, printed
from kpi_core.tables import Dataset
from tests.exports_edited import write_edited

REPORT_DAY = date(2026, 9, 30)
MONTHS = ("2026-08", "2026-09")
SHOWN = (None, "Aino Lehtisaari", "Jussi Kärkimaa")


def data_of(folder: Path) -> Dataset:
    return read([folder], today=date(2026, 11, 23)).data


def figures(data: Dataset) -> tuple[Printed, ...]:
    """All KPIs of two closed months of the team, and of August those of Aino and Jussi."""
    august = scorecard(data, period("2026-08"), by="seller", as_of=REPORT_DAY)
    september = scorecard(data, period("2026-09"), as_of=REPORT_DAY)
    found = printed(august.readings + september.readings, REPORT_DAY)
    return tuple(figure for figure in found if (figure.group and figure.group[1]) in SHOWN)


def snapshot_of(data: Dataset) -> Snapshot:
    return Snapshot(kept(data), figures(data), data_on=REPORT_DAY)


DEAL = ";24.08.2026;;24.08.2026"  # T1390's closing day, with the day of its last modification
T1390 = "T1390;Nikkelisauma Ky;Hämyjärvi Oy;Raportointi;Aino Lehtisaari;Voitettu;"
BOTH, TEAM = ("", "Aino"), ("",)
OF_A_COST = ("cac", "ltv_cac", "cac_payback_months")
OF_A_CUSTOMER = ("ltv", "ltv_cac", "cac_payback_months")
PIPELINE = ("pipeline_value", "pipeline_coverage")
CYCLE = ("win_rate", "sales_cycle_days")

Expected = set[tuple[str, str, str]]


def of(kpis: tuple[str, ...], months: tuple[str, ...], groups: tuple[str, ...]) -> Expected:
    return {
        (kpi, month, group) for kpi in kpis for month in months for group in groups if month != MONTHS[1] or not group
    }


# What was edited in which file, what that is called, and by hand the figures that rest on it: KPI, month, whose.
EDITS: dict[str, tuple[str, str, str, str, Expected]] = {
    "a won deal was lost after all": (
        "tarjoukset.csv",
        T1390,
        T1390.replace("Voitettu", "Hävitty"),
        "outcome_changed",
        of(CYCLE, ("2026-08",), BOTH),
    ),
    # Offered in May: open again, it is in the pipeline of both months.
    "a closed deal was reopened": (
        "tarjoukset.csv",
        T1390,
        T1390.replace("Voitettu", "Neuvottelu"),
        "reopened",
        of(CYCLE, ("2026-08",), BOTH) | of(PIPELINE, MONTHS, BOTH),
    ),
    "a closing was dated to the next month": (
        "tarjoukset.csv",
        DEAL.join(("23.06.2026", "")),
        ";24.09.2026;;24.08.2026".join(("23.06.2026", "")),
        "re_dated",
        of(CYCLE, MONTHS, BOTH),
    ),
    "a deal went to another seller": (
        "tarjoukset.csv",
        T1390,
        T1390.replace("Aino Lehtisaari", "Jussi Kärkimaa"),
        "seller_changed",
        of(CYCLE, ("2026-08",), ("Aino", "Jussi")),
    ),
    "a deal was deleted": ("tarjoukset.csv", T1390, "", "removed", of(CYCLE, ("2026-08",), BOTH)),
    "a lost deal was entered late": (
        "tarjoukset.csv",
        T1390,
        T1390.replace("T1390", "T9390").replace("Voitettu", "Hävitty")
        + "100;100,00;EUR;01.06.2026;01.06.2026;02.06.2026;23.06.2026;25.08.2026;;25.08.2026\r\n"
        + T1390,
        "added",
        of(("win_rate",), ("2026-08",), BOTH),
    ),
    "an open offer was revalued": (
        "tarjoukset.csv",
        ";Leena Mäkiranta;Tarjous lähetetty;50;12000,00;EUR;05.08.2026;",
        ";Leena Mäkiranta;Tarjous lähetetty;50;15000,00;EUR;05.08.2026;",
        "amount_changed",
        of(PIPELINE, MONTHS, TEAM),
    ),
    "a cost was corrected": (
        "kulut.csv",
        "2026-08;Hämyjärvi Oy;Mainonta;2970,47",
        "2026-08;Hämyjärvi Oy;Mainonta;3970,47",
        "amount_changed",
        of(OF_A_COST, ("2026-08",), TEAM),
    ),
    "a customer's revenue was corrected": (
        "asiakkaat.csv",
        "24.08.2026;;710,00",
        "24.08.2026;;910,00",
        "amount_changed",
        of(OF_A_CUSTOMER, MONTHS, TEAM),
    ),
    # K2344 is Sanna's: she is not among those shown.
    "a held meeting was a no-show": (
        "tapaamiset.csv",
        "Haukkataival Oyj;Iida Lounasalo;Pidetty",
        "Haukkataival Oyj;Iida Lounasalo;Ei saapunut",
        "outcome_changed",
        of(("meetings_per_week", "meeting_to_offer", "show_rate"), ("2026-08",), TEAM),
    ),
    "a holiday was cut short": (
        "poissaolot.csv",
        "Aino Lehtisaari;27.07.2026;21.08.2026",
        "Aino Lehtisaari;27.07.2026;14.08.2026",
        "re_dated",
        of(("meetings_per_week",), ("2026-08",), BOTH),
    ),
    "a call had reached nobody": (
        "yhteydenotot.csv",
        "Hämyhuilu Ky;Elias Huhtala;Tavoitettu",
        "Hämyhuilu Ky;Elias Huhtala;Ei vastannut",
        "outcome_changed",
        of(("contact_to_meeting",), ("2026-08",), BOTH),
    ),
    "a target was raised": (
        "tavoitteet.csv",
        "2026-08;Aino Lehtisaari;Hämyjärvi Oy;",
        "2026-08;Aino Lehtisaari;Hämyjärvi Oy;9",
        "amount_changed",
        of(("pipeline_coverage",), ("2026-08",), BOTH),
    ),
    "a quote of a customer was reworded": (
        "markkinahavainnot.csv",
        "15.07.2025;Ketturatas Oy;talousjohtaja;Tekoäly;",
        "15.07.2025;Ketturatas Oy;talousjohtaja;Hinta;",
        "",
        set(),
    ),
}


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return snapshot_of(data_of(write_edited(tmp_path_factory.mktemp("reported"))))


def edited(folder: Path, what: str) -> Dataset:
    file, old, new, *_ = EDITS[what]
    return data_of(write_edited(folder, {file: (old, new)}))


def keys(changes: tuple[FigureChange, ...]) -> Expected:
    return {named(change.printed) for change in changes}


def named(figure: Printed) -> tuple[str, str, str]:
    return figure.kpi, figure.period.key, figure.group[1].split()[0] if figure.group else ""


@pytest.mark.parametrize("what", EDITS)
def test_one_edited_row_changes_exactly_the_figures_that_rest_on_it(
    what: str, reported: Snapshot, tmp_path: Path
) -> None:
    *_, kind, expected = EDITS[what]
    changes = figure_changes(reported, kept(edited(tmp_path, what)))
    assert keys(changes) == expected
    for change in changes:
        assert change.cause == "rows"
        own = [row for row in change.rows if row.kinds != ("counted_otherwise",)]
        assert [row.kinds[0] for row in own] == [kind]


@pytest.mark.parametrize("what", ["a closed deal was reopened", "a held meeting was a no-show"])
def test_the_changes_are_those_of_two_scorecards_side_by_side(what: str, reported: Snapshot, tmp_path: Path) -> None:
    """The same from the other end: all figures of both exports, compared one by one."""
    now = {named(figure): figure for figure in figures(edited(tmp_path, what))}
    differ = {
        named(was)
        for was in reported.figures
        if not math.isclose(was.value or 0, now[named(was)].value or 0, rel_tol=1e-9)
    }
    assert differ == keys(figure_changes(reported, kept(edited(tmp_path / "again", what))))


def test_every_kpi_can_change() -> None:
    """No KPI is left without an edit that moves it but the one of bookings, which only a new row does."""
    assert {kpi for *_, expected in EDITS.values() for kpi, _, _ in expected} == set(catalogue()) - {"meetings_agreed"}


def test_what_happened_after_the_report_changes_nothing(reported: Snapshot, tmp_path: Path) -> None:
    """T1462, open on the report day, is won in October; another month's rows are no change of an earlier figure."""
    line = ";Tarjous lähetetty;50;12000,00;EUR;05.08.2026;10.08.2026;12.08.2026;10.10.2026;;;12.08.2026"
    now = line.replace("Tarjous lähetetty;50", "Voitettu;100").replace(";;;12.08.2026", ";20.10.2026;;20.10.2026")
    data = data_of(write_edited(tmp_path, {"tarjoukset.csv": (line, now)}))
    assert figure_changes(reported, kept(data)) == ()


def test_other_rules_are_told_from_other_rows(reported: Snapshot) -> None:
    """The very same rows, but the report had printed another figure: it was the program that changed."""
    printed_then = tuple(
        replace(figure, value=0.5) if named(figure) == ("win_rate", "2026-08", "") else figure
        for figure in reported.figures
    )
    changes = figure_changes(replace(reported, figures=printed_then), reported.data)
    assert [(change.printed.kpi, change.cause, change.rows) for change in changes] == [("win_rate", "program", ())]


def _in(data: Dataset, *codes: str | None) -> Dataset:
    """The data with its currencies replaced, one after the other."""
    told = {name: rows for name, rows in data.items() if "currency" in rows}
    return data.having(
        **{
            name: rows.assign(
                currency=pd.Series([codes[i % len(codes)] for i in range(len(rows))], rows.index, dtype="str")
            )
            for name, rows in told.items()
        }
    )


def test_a_side_that_tells_no_currency_has_that_of_the_other(tmp_path: Path) -> None:
    """Several currencies are none to show."""
    snapshot = snapshot_of(data_of(write_edited(tmp_path / "before")))
    after = kept(data_of(write_edited(tmp_path / "after", {"tarjoukset.csv": (T1390, "")})))
    for before, later, expected in (
        (snapshot.data, after, ("EUR", "EUR")),
        (_in(snapshot.data, None), after, ("EUR", "EUR")),
        (snapshot.data, _in(after, None), ("EUR", "EUR")),
        (_in(snapshot.data, "SEK"), after, ("SEK", "EUR")),
        (_in(snapshot.data, "SEK", "EUR"), after, ("", "EUR")),
        (_in(snapshot.data, None), _in(after, None), ("", "")),
    ):
        changes = figure_changes(replace(snapshot, data=before), later)
        assert {it.currencies for it in changes} == {expected}


def test_a_change_knows_which_sides_of_its_figure_are_money(tmp_path: Path) -> None:
    snapshot = snapshot_of(data_of(write_edited(tmp_path / "before")))
    reopened = {"tarjoukset.csv": (T1390, T1390.replace("Voitettu", "Neuvottelu"))}
    changes = figure_changes(snapshot, kept(data_of(write_edited(tmp_path / "after", reopened))))
    money = {it.printed.kpi: it.money for it in changes}
    assert money["win_rate"] == frozenset()
    assert money["pipeline_value"] == {"numerator"}
    assert money["pipeline_coverage"] == {"numerator", "denominator"}
