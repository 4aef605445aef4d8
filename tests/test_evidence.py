"""Intervals against scipy's own, and the published tables."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from kpi_core.evidence import differ, is_strong, median_interval, newcombe, wilson


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_equals_scipys(case: tuple[int, int]) -> None:
    successes, n = case
    expected = binomtest(successes, n).proportion_ci(method="wilson")
    assert wilson(successes, n) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_of_nothing_is_nothing() -> None:
    assert all(math.isnan(bound) for bound in wilson(0, 0))


# Newcombe 1998, Statistics in Medicine 17, table II, method 10: the paper's own cases (a) to (f)
@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 20), (-0.1611, 0.2775)),
        ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ],
)
def test_newcombes_interval_is_that_of_his_table(
    case: tuple[int, int, int, int], expected: tuple[float, float]
) -> None:
    found = newcombe(*case)
    assert found == pytest.approx(expected, abs=5e-5)
    assert differ(found) == (expected[0] > 0 or expected[1] < 0)


@given(
    st.tuples(st.integers(1, 400), st.integers(1, 400)).flatmap(
        lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
    )
)
def test_newcombes_interval_mirrors_holds_the_difference_and_stays_within_1(case: tuple[int, int, int, int]) -> None:
    one, n, other, of = case
    low, high = newcombe(one, n, other, of)
    assert newcombe(other, of, one, n) == pytest.approx((-high, -low), abs=1e-12)
    assert -1 - 1e-12 <= low <= one / n - other / of <= high <= 1 + 1e-12


def test_newcombe_of_nothing_is_nothing() -> None:
    assert all(math.isnan(bound) for bound in newcombe(0, 0, 1, 2))


# definitions.md B: how many are needed before the 95 % upper bound is under the limit; one step fewer is not enough
@pytest.mark.parametrize(
    ("limit", "enough", "too_few"),
    [
        (0.15, (0, 22), (0, 21)),
        (0.15, (1, 34), (1, 33)),
        (0.15, (2, 45), (2, 44)),
        (0.15, (3, 55), (3, 54)),
        (0.15, (20, 200), (19, 190)),
        (0.15, (66, 550), (63, 525)),
        (0.30, (17, 85), (16, 80)),
        (0.30, (81, 324), (80, 320)),
        (0.03, (23, 1150), (22, 1100)),
    ],
)
def test_how_many_are_needed_before_red_is_strong(
    limit: float, enough: tuple[int, int], too_few: tuple[int, int]
) -> None:
    assert wilson(*enough)[1] < limit <= wilson(*too_few)[1]


@pytest.mark.parametrize("n", [6, 7, 10, 11, 30, 31, 100, 365])
def test_the_median_interval_holds_its_confidence_and_is_the_narrowest(n: int) -> None:
    low, high = median_interval([float(value) for value in range(1, n + 1)])
    k = int(low)
    assert high == n + 1 - k
    assert 1 - 2 * binom.cdf(k - 1, n, 0.5) >= 0.95
    assert 1 - 2 * binom.cdf(k, n, 0.5) < 0.95


@pytest.mark.parametrize("n", range(6))
def test_the_median_of_fewer_than_six_has_no_interval(n: int) -> None:
    assert all(math.isnan(bound) for bound in median_interval([1.0] * n))


def test_the_median_interval_of_100_000_deals_does_not_underflow() -> None:
    low, high = median_interval([float(value) for value in range(100_000)])
    assert 49_000 < low < 50_000 < high < 51_000


def test_evidence_is_strong_only_when_the_whole_interval_keeps_the_colour() -> None:
    assert is_strong((0.05, 0.149), -math.inf, 0.15)
    assert not is_strong((0.05, 0.15), -math.inf, 0.15)
    assert not is_strong((0.14, 0.19), 0.15, 0.20)
