"""Every function through the real service: its example, blanks, errors, dates, sizes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from addin.functions import FUNCTIONS
from tests.hosts.server.cells import raw, sent, shown
from tests.hosts.server.serving import Service

META = "/xlwings/custom-functions-meta.json"


def same(found: Any, expected: Any) -> bool:
    """Equal, numbers to twelve digits; a spilled range cell by cell."""
    if isinstance(expected, list | tuple) and isinstance(found, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        return not isinstance(found, bool | str) and found == pytest.approx(expected, rel=1e-12)
    return type(found) is type(expected) and bool(found == expected)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_answers_its_example_as_the_catalogue_says(name: str, served: Service) -> None:
    function = FUNCTIONS[name]
    answer = served.call(name, *sent(function, function.example_arguments))
    assert answer.status == 200
    found = shown(answer.json["result"])
    assert same(found, function.call(*map(raw, function.example_arguments)))
    if isinstance(function.expected, int | float | str) and function.expected != "?":
        assert same(found, function.expected)


def test_the_metadata_holds_every_function_with_its_help_and_arguments(served: Service) -> None:
    told = {it["id"]: it for it in served.request("GET", META).json["functions"]}
    assert set(told) == set(FUNCTIONS)
    for name, function in FUNCTIONS.items():
        assert told[name]["description"] == function.description.en
        single = [it for it in function.arguments if it.kind != "repeating"]
        given = told[name]["parameters"]
        assert [it["name"] for it in given][: len(single)] == [it.name for it in single]
        assert [it["description"] for it in given][: len(single)] == [it.help.en for it in single]
        assert [bool(it.get("optional")) for it in given][: len(single)] == [it.optional for it in single]
        repeated = given[len(single) :]
        assert [it["repeating"] for it in repeated] == [True] * (len(function.arguments) > len(single))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([[["won"], ["lost"], ["won"], [""], [None]]], 2 / 3),
        ([[["won", "lost", "won", "lost"]]], 0.5),  # a single row stays a row
        ([[["won"]]], 1.0),
        ([[["Tila"], ["voitettu"], ["hävitty"], ["Voitettu"]]], 2 / 3),
        ([[[True], [False], [False], [False]]], 0.25),
        ([[[""], [None]]], "#DIV/0!"),
        ([[["won"], [{"type": "Error", "basicValue": "#N/A", "errorType": "NotAvailable"}]]], "#N/A"),
        ([[["won"], [{"type": "FormattedNumber", "basicValue": 1, "numberFormat": "0"}]]], 1.0),
        ([[[20]], [[30]]], 0.4),
    ],
)
def test_cells_of_every_kind_arrive_as_they_are(arguments: list[Any], expected: Any, served: Service) -> None:
    answer = served.call("WINRATE", *arguments, *[None] * (4 - len(arguments)), [])
    assert answer.status == 200
    assert same(shown(answer.json["result"]), expected)


def test_dates_and_criteria_narrow_a_range(served: Service) -> None:
    """Serial numbers, as Excel sends days: 46143 is 1 May 2026; by hand 1 won, 1 lost of Aino in May."""
    outcomes = [["won"], ["lost"], ["won"], ["lost"]]
    days = [[46143], [46150], [46150], [46180]]
    sellers = [["Aino"], ["Aino"], ["Eero"], ["Aino"]]
    answer = served.call("WINRATE", outcomes, days, [[46143]], [[46173]], [sellers, [["aino"]]])
    assert shown(answer.json["result"]) == 0.5


def test_a_blank_cell_is_no_text_and_a_blank_argument_is_not_a_missing_one(served: Service) -> None:
    """As COUNTIFS has it: "*" finds texts and no blanks; a range of one blank cell is given, though empty."""
    found = served.call("WINRATE", [["won"], ["lost"]], None, None, None, [[[""], ["Aino"]], [["*"]]])
    assert shown(found.json["result"]) == 0.0
    missing, blank = (served.call("PIPELINEVALUE", [[1234.5]], outcomes, None, []) for outcomes in (None, [[""]]))
    assert shown(missing.json["result"]) == 1234.5
    assert shown(blank.json["result"]) == FUNCTIONS["PIPELINEVALUE"].call([[1234.5]], [[None]], None) != 1234.5


def test_an_error_is_a_real_one_where_excel_knows_how_and_its_text_before(served: Service) -> None:
    body = b'{"func_name": "winrate", "args": [[[""]]], "runtime": "%s"}'
    path = "/xlwings/custom-functions-call"
    new, old = (served.request("POST", path, body % it).json["result"] for it in (b"1.4", b"1.1"))
    assert new == [[{"type": "Error", "errorType": "Div0"}]]
    assert old == [["#DIV/0!"]]


@pytest.mark.parametrize("rows", [100_000, 1_048_576])
def test_a_whole_column_is_answered(rows: int, served: Service) -> None:
    cells = [["won"], ["lost"], ["lost"], ["lost"]] * (rows // 4)
    answer = served.call("WINRATE", cells, None, None, None, [])
    assert (answer.status, shown(answer.json["result"])) == (200, 0.25)


@pytest.mark.parametrize(
    ("kpi", "value", "status"),
    [
        ("win_rate", 0.15, "amber"),  # the limit itself is the next band's
        ("win_rate", 0.1499999, "red"),
        ("ltv_cac", 3, "green"),  # a whole number is a number
        ("ltv_cac", 2, "red"),
        ("ltv_cac", 5, "green"),  # up to and with it
        ("ltv_cac", 5.01, "amber"),
        ("ltv_cac", True, "grey"),
        ("ltv_cac", "3", "grey"),
        ("ltv_cac", None, "grey"),
        ("sales_cycle_days", 57, "grey"),  # judged against the firm's own past, which one cell does not hold
    ],
)
def test_a_cells_value_is_judged_by_the_limits(kpi: str, value: Any, status: str, served: Service) -> None:
    asked = json.dumps({"kpi": kpi, "value": value, "language": "fi"}).encode()
    answer = served.request("POST", "/kpi/diagnosis", asked)
    assert (answer.status, answer.json["status"]) == (200, status)


def test_a_broken_function_is_an_excel_error_and_no_http_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue promises never to raise, nor NaN or infinity; this holds where the promise is broken."""
    from dataclasses import replace

    from addin.hosts.server.answers import shown as answered

    def broken(*_: object) -> Any:
        raise RuntimeError("a defect")

    def gives(value: object) -> Callable[..., Any]:
        return lambda *_: value

    function = FUNCTIONS["WINRATE"]
    assert answered(replace(function, call=broken), ()) == "#VALUE!"
    assert answered(replace(function, call=gives(float("nan"))), ()) == "#NUM!"
    assert answered(replace(function, call=gives([[float("inf"), None, 1, "x", object()]])), ()) == [
        ["#NUM!", "", 1.0, "x", "#VALUE!"]
    ]
