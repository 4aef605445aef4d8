"""Whatever stands in the cells: no exception, nothing but what a sheet can show, and the same answer every time."""

from __future__ import annotations

import json
import logging
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from addin.functions import FUNCTIONS
from addin.ranges import ERRORS, error_of
from tests.functions.arguments import generated

Answer = tuple[str, tuple[Any, ...], Any]

SEED = 20_260_501
CALLS = 10_000


def is_legal(found: Any) -> bool:
    """Whether a sheet can show it: a number, a text, TRUE or FALSE, an error of the contract, or rows of them."""
    if isinstance(found, list):
        widths = {len(row) for row in found}
        return len(widths) == 1 and widths != {0} and all(is_legal(cell) for row in found for cell in row)
    if isinstance(found, str):
        return error_of(found) is None or found in ERRORS
    return isinstance(found, bool) or (type(found) is float and math.isfinite(found))


class _Caught(logging.Handler):
    """What the last barrier of `call` caught and logged."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.getMessage()}: {record.exc_info[1]!r}" if record.exc_info else record.getMessage())


@pytest.fixture(scope="module")
def caught() -> Iterator[_Caught]:
    handler, log = _Caught(), logging.getLogger("addin.worksheet")
    log.addHandler(handler)
    yield handler
    log.removeHandler(handler)


@pytest.fixture(scope="module")
def answers(caught: _Caught) -> list[Answer]:
    return [(name, raw, FUNCTIONS[name].call(*raw)) for name, raw in generated(CALLS, SEED)]


def test_ten_thousand_generated_arguments_raise_nothing_and_show_nothing_illegal(
    answers: list[Answer], caught: _Caught
) -> None:
    for name, raw, found in answers:
        assert is_legal(found), f"{name}{raw!r} gave {found!r}"
    assert not caught.said, "the last barrier was needed"


def test_the_generator_reaches_answers_and_every_error(answers: list[Answer]) -> None:
    """A generator that only ever met #VALUE! would prove nothing."""
    for name in FUNCTIONS:
        found = [answer for called, _, answer in answers if called == name]
        shown = [it for it in found if not (isinstance(it, str) and it in ERRORS)]
        assert len(shown) >= 0.05 * len(found), f"{name}: only {len(shown)} of {len(found)} calls gave an answer"
    kinds = Counter(answer for _, _, answer in answers if isinstance(answer, str))
    assert set(ERRORS) <= set(kinds)


def test_generating_again_gives_the_same_arguments_and_answers(answers: list[Answer]) -> None:
    again = generated(500, SEED)
    assert repr(again) == repr([(name, raw) for name, raw, _ in answers[:500]])
    for (name, raw), (_, _, before) in zip(again, answers, strict=False):
        assert FUNCTIONS[name].call(*raw) == before


def test_arguments_and_answers_travel_as_json(answers: list[Answer]) -> None:
    for _, raw, found in answers[:2_000]:
        json.dumps(raw, default=lambda day: day.isoformat(), allow_nan=False)
        json.dumps(found, allow_nan=False)


def test_rows_as_tuples_and_a_cell_as_a_range_of_one_give_the_same_answer() -> None:
    """One host hands over lists, another tuples; one a single cell as itself, another as a range."""
    for name, raw in generated(1_500, SEED + 1):
        if name == "KPITABLE":
            continue
        other = tuple(tuple(map(tuple, it)) if isinstance(it, list) else it if it is None else [[it]] for it in raw)
        assert FUNCTIONS[name].call(*other) == FUNCTIONS[name].call(*raw), f"{name}{raw!r}"
