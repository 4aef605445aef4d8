"""The add-in's own scripts in a real browser against the real service; only Excel itself is a stand-in (excel.js)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from addin.functions import FUNCTIONS
from addin.worksheet import formula
from kpi_core.catalogue import catalogue
from kpi_core.texts import LANGUAGES, Language
from tests.hosts.server.cells import raw, sent, shown
from tests.hosts.server.serving import Service
from tests.hosts.server.test_calls import same

Browser = Callable[..., list[Any]]


def test_every_function_is_associated_and_gives_its_example_in_the_sheet(served: Service, browser: Browser) -> None:
    steps: list[dict[str, Any]] = [{"step": "associated"}]
    steps += [
        {"step": "calculate", "id": name, "args": sent(function, function.example_arguments)}
        for name, function in FUNCTIONS.items()
    ]
    associated, *answers = browser(served, steps)
    assert associated == sorted(FUNCTIONS)
    for (name, function), answer in zip(FUNCTIONS.items(), answers, strict=True):
        found = shown(answer["result"])
        assert same(found, function.call(*map(raw, function.example_arguments))), name
        assert not function.spills or (isinstance(found, list) and isinstance(found[0], list)), name


def test_a_refusal_is_excels_own_error_with_the_sentence_on_hover(served: Service, browser: Browser) -> None:
    """A three-deep argument is refused by the service; the cell gets a CustomFunctions.Error and no retry."""
    (refused,) = browser(served, [{"step": "calculate", "id": "WINRATE", "args": [[[["won"]]]]}], complaints=2)
    assert refused == {"error": "#VALUE!", "message": "The request is no function call as Excel sends it."}


def test_a_hundred_thousand_cells_and_two_users_at_once(served: Service, browser: Browser) -> None:
    calls = [["WINRATE", [[["won"]] * (number + 1) + [["lost"]], None, None, None, []]] for number in range(20)]
    column, (one, other) = browser(
        served,
        [
            {"step": "column", "id": "WINRATE", "value": "won", "rows": 100_000, "rest": [None, None, None, []]},
            {"step": "together", "calls": calls},
        ],
        users=2,
    )
    assert shown(column["result"]) == 1.0
    expected = [(number + 1) / (number + 2) for number in range(20)]
    assert [shown(it["result"]) for it in one] == pytest.approx(expected)
    assert [shown(it["result"]) for it in other] == pytest.approx(expected)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pane_tells_a_kpi_and_reads_the_selected_cell(
    language: Language, served: Service, browser: Browser
) -> None:
    """12 % of offers won is a red win rate: the article's limit is 15 %."""
    kpi = catalogue()["win_rate"]
    words = served.request("GET", f"/kpi/pane.{language}.json").json["words"]
    steps = [
        {"step": "choose", "from": "#chosen", "option": "win_rate"},
        {"step": "text", "what": "#definition"},
        {"step": "text", "what": "#limits ul"},
        {"step": "text", "what": "#source"},
        {"step": "cell", "holds": {"value": 0.12}},
        {"step": "click", "what": "#read"},
        {"step": "until", "holds": "document.querySelector('#said').textContent"},
        {"step": "text", "what": "#said"},
        {"step": "cell", "holds": {"value": "no figure"}},
        {"step": "click", "what": "#read"},
        {"step": "until", "holds": "document.querySelector('#said .grey')"},
        {"step": "text", "what": "#said"},
        {"step": "text", "what": "#example"},
        {"step": "evaluate", "what": "document.documentElement.lang"},
    ]
    found = browser(served, steps, {"fi": "fi-FI", "en": "en-US"}[language])
    definition, limits, source, red, no_number, example, spoken = (found[it] for it in (1, 2, 3, 7, 11, 12, 13))
    assert definition == kpi.definition.show(language)
    assert source == kpi.source.show(language)
    assert all(band.diagnosis.show(language) in limits for band in kpi.limits())
    assert ("▼ Varoitus: 12\N{NO-BREAK SPACE}%" if language == "fi" else "▼ Warning: 12%") in red
    assert kpi.limits()[0].diagnosis.show(language) in red
    assert words["no_number"] in no_number
    written = formula("WINRATE", FUNCTIONS["WINRATE"].example_arguments, language)
    assert example == written.replace("=", "=KPI.", 1)
    assert spoken == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pane_writes_the_formula_into_the_selected_cell(
    language: Language, served: Service, browser: Browser
) -> None:
    steps = [
        {"step": "choose", "from": "#chosen", "option": "win_rate"},
        {"step": "click", "what": "#formula .first"},
        {"step": "until", "holds": "document.querySelector('#outcome').textContent"},
        {"step": "text", "what": "#outcome"},  # nothing filled in: it says what is missing
        {"step": "formula"},
        {"step": "cell", "holds": {"address": "Deals!C2:C99"}},
        {"step": "click", "what": "#argument-outcomes + button"},
        {"step": "evaluate", "what": "document.querySelector('details').open = true"},
        {"step": "fill", "what": "#argument-from_on", "text": "DATE(2026,5,1)"},
        {"step": "cell", "holds": {"address": "Board!B4"}},
        {"step": "click", "what": "#formula .first"},
        {"step": "until", "holds": "document.querySelector('#outcome .green')"},
        {"step": "text", "what": "#outcome"},
        {"step": "formula"},
    ]
    found = browser(served, steps, {"fi": "fi-FI", "en": "en-US"}[language])
    words = served.request("GET", f"/kpi/pane.{language}.json").json["words"]
    assert found[3] == f"{words['missing']}: outcomes"
    assert found[4] is None
    assert found[12] == f"{words['inserted']} Board!B4"
    assert found[13] == "=KPI.WINRATE(Deals!C2:C99, , DATE(2026,5,1))"


# What is typed into a field of KPI and argument -> what stands in the formula.
TYPED = [
    ("KPIINTERVAL", "kpi", "win_rate", '"win_rate"'),
    ("KPIINTERVAL", "kpi", "LTV:CAC", '"LTV:CAC"'),  # no columns: a word is wanted
    ("KPIINTERVAL", "kpi", "B2", "B2"),
    ("KPIINTERVAL", "successes", "0,5", "0.5"),
    ("KPIINTERVAL", "successes", "1 234,5", "1234.5"),
    ("KPIINTERVAL", "successes", "2,5 %", "2.5%"),
    ("KPIINTERVAL", "successes", "=A1/B1", "A1/B1"),
    ("KPIINTERVAL", "successes", "COUNTIF(A:A,1)", "COUNTIF(A:A,1)"),
    ("KPITABLE", "period", "2026-08", '"2026-08"'),  # unquoted it would be 2018
    ("KPITABLE", "period", "2026-W31", '"2026-W31"'),
    ("KPITABLE", "period", "2026", "2026"),
    ("KPITABLE", "table", "Deals[#All]", "Deals[#All]"),
    ("KPITABLE", "table", "'My deals'!A1:F99", "'My deals'!A1:F99"),
    ("KPITABLE", "table", "A2#", "A2#"),
    ("win_rate", "outcomes", "{1;0}", "{1;0}"),
    ("win_rate", "from_on", "2026-08-01", "DATE(2026, 8, 1)"),  # unquoted it would be 2017, a day of 1905
    ("win_rate", "from_on", "1.8.2026", "DATE(2026, 8, 1)"),
    ("win_rate", "from_on", '"2026-08-01"', '"2026-08-01"'),
    ("win_rate", "criteria_range", "B:B", "B:B"),
    ("win_rate", "criteria", "Aino*", '"Aino*"'),
    ("win_rate", "criteria", ">=1000", '">=1000"'),
    ("win_rate", "criteria", "=won", '"=won"'),
    ("win_rate", "criteria", 'say "hi"', '"say ""hi"""'),
    ("win_rate", "criteria", '">="&C1', '">="&C1'),
    ("win_rate", "criteria", "TOSI", "TRUE"),
    ("win_rate", "criteria", "$C$1", "$C$1"),
    ("win_rate", "criteria", "100-200", '"100-200"'),
    ("win_rate", "criteria", "1.8.2026", "DATE(2026, 8, 1)"),
]


def test_what_is_typed_becomes_what_excel_takes(served: Service, browser: Browser) -> None:
    steps: list[dict[str, Any]] = []
    for kpi, argument, typed, _ in TYPED:
        steps += [
            {"step": "choose", "from": "#chosen", "option": kpi},
            {"step": "evaluate", "what": "document.querySelectorAll('details').forEach((it) => { it.open = true; })"},
            {"step": "fill", "what": f"#argument-{argument}", "text": typed},
            {"step": "text", "what": "#written"},
        ]
    written = browser(served, steps)[3::4]
    found = [re.fullmatch(r"=KPI\.\w+\([, ]*(.*)\)", it) for it in written]
    assert [it and it[1] for it in found] == [wanted for *_, wanted in TYPED]


def test_conditions_come_in_pairs_and_half_a_pair_is_not_inserted(served: Service, browser: Browser) -> None:
    """A criterion that is missing would be 0, as in COUNTIFS, and the figure would be of other rows."""
    steps = [
        {"step": "choose", "from": "#chosen", "option": "win_rate"},
        {"step": "evaluate", "what": "document.querySelector('details').open = true"},
        {"step": "fill", "what": "#argument-outcomes", "text": "A:A"},
        {"step": "fill", "what": "#argument-criteria_range", "text": "B:B"},
        {"step": "click", "what": "#formula .first"},
        {"step": "until", "holds": "document.querySelector('#outcome').textContent"},
        {"step": "text", "what": "#outcome"},
        {"step": "formula"},
        {"step": "fill", "what": "#argument-criteria", "text": "Aino"},
        {"step": "click", "what": "details button:last-child"},
        {"step": "cell", "holds": {"address": "Deals!C:C"}},
        {"step": "click", "what": "#argument-criteria_range-2 + button"},
        {"step": "until", "holds": "document.querySelector('#argument-criteria_range-2').value"},
        {"step": "fill", "what": "#argument-criteria-2", "text": ">=1000"},
        {"step": "click", "what": "#formula .first"},
        {"step": "until", "holds": "document.querySelector('#outcome .green')"},
        {"step": "formula"},
    ]
    found = browser(served, steps)
    assert found[6] == "First fill in: criteria"
    assert found[7] is None
    assert found[-1] == '=KPI.WINRATE(A:A, , , , B:B, "Aino", Deals!C:C, ">=1000")'


def test_a_share_above_one_is_not_judged_and_sources_can_be_followed(served: Service, browser: Browser) -> None:
    steps = [
        {"step": "choose", "from": "#chosen", "option": "win_rate"},
        {"step": "cell", "holds": {"value": 12}},
        {"step": "click", "what": "#read"},
        {"step": "until", "holds": "document.querySelector('#said').textContent"},
        {"step": "text", "what": "#said"},
        {"step": "evaluate", "what": "[...document.querySelectorAll('#source a')].map((it) => [it.href, it.rel])"},
    ]
    *_, said, links = browser(served, steps)
    assert "The number 12 is no share: did you enter 12 instead of 12%?" in said
    assert ["https://help.pipelinecrm.com/article/64-win-ratio", "noopener noreferrer"] in links


def test_the_pane_switches_its_language_and_keeps_the_choice(served: Service, browser: Browser) -> None:
    steps = [
        {"step": "choose", "from": "#chosen", "option": "win_rate"},
        {"step": "choose", "from": "#language", "option": "fi"},
        {"step": "until", "holds": "document.documentElement.lang === 'fi'"},
        {"step": "text", "what": "h1"},
        {"step": "evaluate", "what": "document.querySelector('#chosen').value"},
        {"step": "evaluate", "what": "localStorage.getItem('kpi.language')"},
    ]
    assert browser(served, steps)[3:] == ["Tunnusluvut", "win_rate", "fi"]


_UNNAMED = """[...document.querySelectorAll('input, select, button, summary')].filter((it) => !it.closest('[hidden]'))
  .filter((it) => !(it.labels?.[0]?.textContent || it.getAttribute('aria-label') || it.textContent).trim())
  .map((it) => it.outerHTML)"""
_CONTRAST = """(() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((it) => it / 255)
      .map((it) => (it <= 0.03928 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (it) => {
    const own = getComputedStyle(it).backgroundColor;
    return own === 'rgba(0, 0, 0, 0)' && it.parentElement ? ground(it.parentElement) : own;
  };
  return [...document.querySelectorAll('h1, h2, p, li strong, li span, small, button, label, dd, summary, output')]
    .filter((it) => it.textContent.trim() && it.offsetParent)
    .map((it) => [light(getComputedStyle(it).color), light(ground(it))])
    .map(([a, b]) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05))
    .reduce((least, it) => Math.min(least, it), 21);
})()"""


def test_the_pane_is_for_everybody(served: Service, browser: Browser) -> None:
    """Every control has a name, text stands out by WCAG's 4.5, the page fits its width, the keyboard reaches all."""
    steps: list[dict[str, Any]] = [
        {"step": "evaluate", "what": _UNNAMED},
        {"step": "evaluate", "what": _CONTRAST},
        {"step": "evaluate", "what": "document.documentElement.scrollWidth <= innerWidth"},
        {"step": "evaluate", "what": "document.querySelector('#language').focus()"},
    ]
    reached = {"step": "evaluate", "what": "document.activeElement.id || document.activeElement.className"}
    for _ in range(4):
        steps += [{"step": "press", "key": "Tab"}, reached]
    unnamed, contrast, fits, _, *tabs = browser(served, steps)
    assert json.dumps(unnamed) == "[]"
    assert contrast >= 4.5
    assert fits
    assert tabs[1::2][:2] == ["chosen", "read"]
