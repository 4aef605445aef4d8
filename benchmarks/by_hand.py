"""The figures of a log of opportunities written by hand in DuckDB, polars and pandas, to time the scorecard against.

Each function takes the file and the number of threads and returns, for every month of 2024 and 2025 and every seller
(None: all), the same figures in the order of `FIGURES`. A seller's open offers at a month's end are the rows whose
offer was made by then and which were not closed by then; the log has no row closed before its offer.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

FIGURES = (
    "won", "lost", "won_value", "year_win_rate", "open", "open_value", "without_value", "stale", "stale_value",
    "open_age", "deals", "cycle_mean", "cycle_median", "cycle_p90", "year_deals", "year_median",
)  # fmt: skip
Answer = dict[tuple[int, str | None], tuple[float, ...]]
MONTHS = 24
_BEFORE = 11  # months of the trailing year that lie before the first month


def duckdb(file: Path, threads: int) -> Answer:
    """In SQL: one query for each kind of figure."""
    import duckdb

    link = duckdb.connect()
    link.execute(f"set threads = {threads}")
    link.execute(f"create view log as select *, {_month('closed_on')} as closed_in from read_parquet('{file}')")
    decided = link.execute(f"""
        with monthly as (
            select seller, closed_in as m, count(*) filter (status = 'won') as won,
                   count(*) filter (status = 'lost') as lost, sum(value) filter (status = 'won') as won_value
            from log
            where offer_on is not null and status <> 'open' and closed_in between -{_BEFORE} and {MONTHS - 1}
            group by grouping sets ((seller, closed_in), (closed_in))
        )
        select m, seller, won, lost, won_value, sum(won) over year / sum(won + lost) over year
        from monthly
        window year as (partition by seller order by m range between {_BEFORE} preceding and current row)
        qualify m >= 0
    """).fetchall()
    opened = link.execute(f"""
        with months as (
            select seller, value, expected_close_on, offer_on, created_on, first_contact_on, unnest(range(
                greatest(least({_month("coalesce(created_on, first_contact_on)")}, {_month("offer_on")}), 0),
                least(case when status = 'open' then {MONTHS} else closed_in end, {MONTHS})
            )) as m
            from log
        ), seen as (
            select *, cast(date '2024-01-01' + to_months(cast(m + 1 as integer)) - interval 1 day as date) as eom
            from months
        )
        select m, seller, count(*) filter (offer_on <= eom), sum(value) filter (offer_on <= eom),
               count(*) filter (offer_on <= eom and coalesce(value, 0) = 0),
               count(*) filter (offer_on <= eom and expected_close_on < eom),
               sum(value) filter (offer_on <= eom and expected_close_on < eom),
               median(eom - first_contact_on)
                   filter (first_contact_on <= eom and coalesce(created_on, first_contact_on) <= eom)
        from seen group by grouping sets ((seller, m), (m))
    """).fetchall()
    won = "from log where status = 'won' and closed_on >= first_contact_on"
    cycles = link.execute(f"""
        with won as (select seller, closed_in as m, closed_on - first_contact_on as days {won})
        select m, seller, count(*), avg(days), quantile_cont(days, 0.5), quantile_cont(days, 0.9)
        from won where m between 0 and {MONTHS - 1} group by grouping sets ((seller, m), (m))
    """).fetchall()
    years = link.execute(f"""
        with won as (
            select seller, closed_on - first_contact_on as days,
                   unnest(range(greatest(closed_in, 0), least(closed_in + 12, {MONTHS}))) as m {won}
        )
        select m, seller, count(*), median(days) from won group by grouping sets ((seller, m), (m))
    """).fetchall()
    return _joined(decided, opened, cycles, years)


def _month(day: str) -> str:
    """The number of a day's month, January 2024 being 0."""
    return f"(year({day}) * 12 + month({day}) - {2024 * 12 + 1})"


def polars(file: Path, threads: int) -> Answer:
    """As lazy frames; the number of threads is POLARS_MAX_THREADS, set before polars is imported."""
    import os

    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars as pl

    def month(name: str) -> pl.Expr:
        return (pl.col(name).dt.year().cast(pl.Int32) * 12 + pl.col(name).dt.month() - (2024 * 12 + 1)).cast(pl.Int32)

    def grouped(rows: pl.LazyFrame, *figures: pl.Expr) -> pl.DataFrame:
        # Both groupings of one scan: polars has no grouping sets.
        each, whole = pl.collect_all(
            [rows.group_by("m", "seller").agg(figures), rows.group_by("m").agg(figures)], engine="streaming"
        )
        return pl.concat([each, whole.with_columns(seller=pl.lit(None, pl.String)).select(each.columns)])

    log = pl.scan_parquet(file).with_columns(closed_in=month("closed_on"))
    is_won = pl.col("status") == "won"
    monthly = grouped(
        log.filter(
            pl.col("offer_on").is_not_null() & (pl.col("status") != "open"),
            pl.col("closed_in").is_between(-_BEFORE, MONTHS - 1),
        ).with_columns(m=pl.col("closed_in")),
        is_won.sum().cast(pl.Int64).alias("won"),
        (~is_won).sum().cast(pl.Int64).alias("lost"),
        pl.col("value").filter(is_won).sum().alias("won_value"),
    )
    by_month = monthly.sort("m").rolling("m", period="12i", group_by="seller")
    year = by_month.agg(pl.col("won", "lost").sum())
    rate = year.select("m", "seller", year_rate=pl.col("won") / (pl.col("won") + pl.col("lost")))
    decided = monthly.join(rate, on=["m", "seller"], nulls_equal=True).filter(pl.col("m") >= 0)

    begun = pl.coalesce("created_on", "first_contact_on")
    eom = pl.date(2024, 1, 1).dt.offset_by(pl.format("{}mo", pl.col("m") + 1)).dt.offset_by("-1d")
    ends = pl.LazyFrame({"m": list(range(MONTHS))}, schema={"m": pl.Int32}).select("m", eom=eom)
    seen = (
        log.with_columns(begun=begun)
        .with_columns(
            first=pl.max_horizontal(pl.min_horizontal(month("begun"), month("offer_on")), 0),
            after=pl.min_horizontal(
                pl.when(pl.col("status") == "open").then(MONTHS).otherwise(pl.col("closed_in")), MONTHS
            ),
        )
        .filter(pl.col("first") < pl.col("after"))
        .select(
            "seller", "value", "expected_close_on", "offer_on", "begun", "first_contact_on",
            m=pl.int_ranges("first", "after", dtype=pl.Int32),
        )
        .explode("m")
        .join(ends, on="m")
    )  # fmt: skip
    offered = pl.col("offer_on") <= pl.col("eom")
    stale = offered & (pl.col("expected_close_on") < pl.col("eom"))
    aged = (pl.col("first_contact_on") <= pl.col("eom")) & (pl.col("begun") <= pl.col("eom"))
    opened = grouped(
        seen,
        offered.sum().cast(pl.Int64).alias("open"),
        pl.col("value").filter(offered).sum().alias("open_value"),
        (offered & (pl.col("value").fill_null(0) == 0)).sum().cast(pl.Int64).alias("blank"),
        stale.sum().cast(pl.Int64).alias("stale"),
        pl.col("value").filter(stale).sum().alias("stale_value"),
        (pl.col("eom") - pl.col("first_contact_on")).dt.total_days().filter(aged).median().alias("age"),
    )
    days = (pl.col("closed_on") - pl.col("first_contact_on")).dt.total_days().cast(pl.Int32)
    won = log.filter(is_won & (pl.col("closed_on") >= pl.col("first_contact_on")))
    won = won.select("seller", "closed_in", days=days)
    cycles = grouped(
        won.filter(pl.col("closed_in").is_between(0, MONTHS - 1)).rename({"closed_in": "m"}),
        pl.len().cast(pl.Int64).alias("deals"),
        pl.col("days").mean().alias("mean"),
        pl.col("days").median().alias("median"),
        pl.col("days").quantile(0.9, "linear").alias("p90"),
    )
    first, after = pl.max_horizontal("closed_in", 0), pl.min_horizontal(pl.col("closed_in") + 12, MONTHS)
    years = grouped(
        won.filter(first < after).select("seller", "days", m=pl.int_ranges(first, after, dtype=pl.Int32)).explode("m"),
        pl.len().cast(pl.Int64).alias("deals"),
        pl.col("days").median().alias("median"),
    )
    return _joined(*(frame.rows() for frame in (decided, opened, cycles, years)))


def pandas(file: Path, threads: int) -> Answer:
    """As frames in memory; pandas has one thread."""
    import numpy as np
    import pandas as pd

    columns = [
        "seller", "status", "value", "created_on", "first_contact_on", "offer_on", "closed_on", "expected_close_on",
    ]  # fmt: skip
    days = [name for name in columns if name.endswith("_on")]
    log = pd.read_parquet(file, columns=columns).assign(seller=lambda rows: rows["seller"].astype("category"))
    for name in days:
        log[name] = pd.to_datetime(log[name])
    log["closed_in"] = log["closed_on"].dt.year * 12 + log["closed_on"].dt.month - (2024 * 12 + 1)
    log["days"] = (log["closed_on"] - log["first_contact_on"]).dt.days
    decided: list[Any] = []
    opened: list[Any] = []
    cycles: list[Any] = []
    years: list[Any] = []
    is_won, offered = log["status"] == "won", log["offer_on"].notna()
    closed = log[offered & (log["status"] != "open")]
    counted = closed.assign(won=closed["status"] == "won", won_value=closed["value"].where(closed["status"] == "won"))
    lengths = log[is_won & (log["days"] >= 0)]

    def both(rows: pd.DataFrame, figures: Any) -> Any:
        yield None, figures(rows)
        yield from ((str(name), figures(part)) for name, part in rows.groupby("seller", observed=True))

    for m in range(MONTHS):
        eom = pd.Timestamp(2024 + m // 12, m % 12 + 1, 1) + pd.offsets.MonthEnd(0)
        year = counted[counted["closed_in"].between(m - _BEFORE, m)]
        for seller, part in both(year, lambda rows: rows):
            now = part[part["closed_in"] == m]
            won = int(now["won"].sum())
            decided.append((m, seller, won, len(now) - won, now["won_value"].sum(), part["won"].mean()))
        begun = log["created_on"].fillna(log["first_contact_on"])
        is_open = (log["status"] == "open") | (log["closed_on"] > eom)
        live = log[is_open & ((log["offer_on"] <= eom) | (begun <= eom))]
        aged = live["first_contact_on"].where(begun[live.index] <= eom)
        live = live.assign(age=(eom - aged.where(aged <= eom)).dt.days, offered=live["offer_on"] <= eom)
        for seller, part in both(live, lambda rows: rows):
            now = part[part["offered"]]
            stale = now[now["expected_close_on"] < eom]
            blank = int((now["value"].fillna(0) == 0).sum())
            row = (len(now), now["value"].sum(), blank, len(stale), stale["value"].sum(), part["age"].median())
            opened.append((m, seller, *row))
        now = lengths[lengths["closed_in"] == m]
        for seller, part in both(now, lambda rows: rows["days"]):
            cycles.append((m, seller, len(part), part.mean(), *np.quantile(part, [0.5, 0.9])))
        for seller, part in both(lengths[lengths["closed_in"].between(m - _BEFORE, m)], lambda rows: rows["days"]):
            years.append((m, seller, len(part), part.median()))
    return _joined(decided, opened, cycles, years)


def _joined(*queries: Any) -> Answer:
    """The rows of all queries by month and seller; NaN where a query has none for them, or a figure is null."""
    found: Answer = {}
    before = 0
    for rows in queries:
        width = len(rows[0]) - 2
        for m, seller, *figures in rows:
            known = [math.nan if figure is None else float(figure) for figure in figures]
            key = int(m), seller
            found[key] = (*found.get(key, (math.nan,) * before), *known)
        before += width
        found = {key: (*figures, *(math.nan,) * (before - len(figures))) for key, figures in found.items()}
    return found
