"""The published cases of ../shared/kpi/worked_examples.json, each typed as a person would type it into a cell."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from addin.functions import FUNCTIONS

Given = Mapping[str, Any]


def call(name: str, *raw: Any) -> Any:
    return FUNCTIONS[name].call(*raw)


def column(*cells: Any) -> list[list[Any]]:
    return [[cell] for cell in cells]


def outcomes(given: Given) -> list[list[Any]]:
    return column("Tila", *["voitettu"] * given["won"], *["lost"] * given["lost"], *["avoin"] * given.get("open", 0))


def lost(given: Given) -> int:
    return int(given["total"] - given["won"]) if "total" in given else int(given["lost"])


def days(given: Given) -> tuple[list[list[Any]], list[list[Any]]]:
    starts, ends = zip(*given["pairs"], strict=True)
    return column(*starts), column(*ends)


TYPED: Mapping[str, Callable[[Given], Any]] = {
    "W1": lambda it: call("WINRATE", outcomes(it)),
    "W2b": lambda it: call("WINRATE", outcomes(it)),
    "W3": lambda it: call("WINRATE", outcomes(it)),
    "W5": lambda it: call("WINRATE", it["won"], lost(it)),
    "W6": lambda it: call("WINRATE", it["won"], lost(it)),
    "C1": lambda it: [
        *(call("SALESCYCLE", column(start), column(end)) for start, end in it["pairs"]),
        call("SALESCYCLE", *days(it), "keskiarvo"),
    ],
    "C2": lambda it: [
        call("SALESCYCLE", column(*[46000] * 3), column(*(46000 + length for length in it["days"])), which)
        for which in ("mean", "mediaani")
    ],
    "P1": lambda it: call("PIPELINECOVERAGE", it["open"], it["remaining"] + 400_000, 400_000),
    "P3": lambda it: call("PIPELINECOVERAGE", it["open"], it["target"]),
    "P4": lambda it: call("PIPELINECOVERAGE", column(it["open"], -it["stale"]), it["target"]),
    "P5": lambda it: call("PIPELINECOVERAGE", it["open"], it["target"]),
    "F1": lambda it: [
        *(call("CONTACTTOMEETING", *pair) for pair in zip(it["counts"], it["counts"][1:], strict=False)),
        call("CONTACTTOMEETING", it["counts"][0], it["counts"][-1]),
    ],
    "F3": lambda it: 1 / call("MEETINGSNEEDED", 1, 1, *it["steps"]),
    "L1": lambda it: [
        call("LTV", it["arpa"], it["gm"], it["churn"]),
        call("LTVCAC", call("LTV", it["arpa"], it["gm"], it["churn"]), it["cac"]),
    ],
    "L3": lambda it: call("LTV", 1, 1, it["churn"]),
    "L6": lambda it: call("CACPAYBACK", it["cac"], it["monthly_revenue"], 1),
    "L7": lambda it: call("CAC", column("Kulut", *it["costs"]), it["new_customers"]),
    "L8": lambda it: call("CACPAYBACK", it["cac"], it["arpa"], it["gm"]),
    "L10": lambda it: [call("LTVCAC", ltv, it["cac"]) for ltv in it["ltv"]],
    "L12": lambda it: call("CAC", it["spend"], it["new"]),
    "M1": lambda it: call("MEETINGSPERWEEK", it["held"], date(2026, 5, 1), date(2026, 5, 31), None, it["absent"]),
    "M3": lambda it: call("MEETINGSPERWEEK", it["held"], 46143, 46173, None, None, "kalenteri"),
    "S_209": lambda it: call("KPIINTERVAL", "WINRATE", it["k"], it["n"])[0][0],
} | {
    f"S_{pair}": lambda it: call("KPIINTERVAL", "win_rate", it["k"], it["n"])[0]
    for pair in ("0_5", "1_10", "3_10", "3_20", "15_100", "0_22", "10_10", "20_52", "9_17")
}  # fmt: skip

# Not what any function computes: a cohort, days given as their total, a safe division, months compared, week numbers.
OTHERS = {"W2", "C4", "X1", "X2"}


def _cases(shared: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((shared / "kpi" / "worked_examples.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("case_id", TYPED)
def test_the_published_figure_comes_out(shared: Path, case_id: str) -> None:
    case = next(it for it in _cases(shared) if it["id"] == case_id)
    found = TYPED[case_id](case["inputs"])
    wanted = case["exact"]
    if isinstance(wanted, list):
        assert found == pytest.approx(wanted, abs=case["tolerance"])
    else:
        assert found == pytest.approx(wanted, abs=max(case["tolerance"], 1e-12)), case["url"]


def test_no_case_that_fits_a_function_is_left_out(shared: Path) -> None:
    left = {it["id"] for it in _cases(shared)} - set(TYPED) - OTHERS
    assert all(name.startswith("D") for name in left), f"week numbers alone are left: {left}"
