"""The add-in's own scripts in a real browser against the real service; only Excel itself is a stand-in (excel.js)."""

from __future__ import annotations

import json
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


def test_words_and_finnish_decimals_become_excels_english(served: Service, browser: Browser) -> None:
    steps = [
        {"step": "choose", "from": "#chosen", "option": "KPIINTERVAL"},
        {"step": "fill", "what": "#argument-kpi", "text": "win_rate"},
        {"step": "fill", "what": "#argument-successes", "text": "0,5"},
        {"step": "fill", "what": "#argument-n", "text": "A1"},
        {"step": "text", "what": "#written"},
    ]
    assert browser(served, steps)[-1] == '=KPI.KPIINTERVAL("win_rate", 0.5, A1)'


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
