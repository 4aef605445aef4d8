"""Any opportunities with all that a log can hold: seeded random rows, many of them awkward."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kpi_core.tables import conform

SELLERS = ["Aino Lehtisaari", "Eero Suopursu", "Öllö Hirvimäki", "Ilmari Kaislaranta"]


def any_opportunities(seed: int, rows: int = 400, *, tidy: bool = False) -> pd.DataFrame:
    """Opportunities of four sellers over two years; a tidy log lacks what makes a figure unmeasurable."""
    chance = np.random.default_rng(seed)
    shift = lambda mean, least: pd.to_timedelta(chance.integers(least, mean, rows), unit="D")  # noqa: E731
    created = pd.Series(pd.Timestamp("2024-01-01") + shift(760, 0))
    status = pd.Series(chance.choice(["won", "lost", "open"], rows, p=[0.35, 0.4, 0.25]))
    closed = created + shift(200, -10)
    first = created - shift(60, -20)
    value = pd.Series(np.round(chance.lognormal(9, 1, rows), 2))
    value = value.mask(chance.random(rows) < 0.05, 0.0)
    currency = pd.Series("EUR", index=range(rows), dtype="str")
    if not tidy:
        value = value.mask(chance.random(rows) < 0.002, -5.0)
        currency = currency.mask(chance.random(rows) < 0.01, "SEK")
    seller = pd.Series(chance.choice(SELLERS, rows, p=[0.5, 0.3, 0.15, 0.05]))
    rare: dict[str, Any] = {
        "opportunity_id": [f"O{number}" for number in range(rows)],
        "seller": seller.mask(chance.random(rows) < 0.05),
        "client": pd.Series(chance.choice(["Harju Oy", "Niemi Oy", "harju oy"], rows)),
        "status": status,
        "no_decision": pd.Series(chance.random(rows) < 0.2).where(status == "lost"),
        "value": value.mask(chance.random(rows) < 0.04),
        "currency": currency.mask(chance.random(rows) < 0.03),
        "probability": pd.Series(chance.choice([10.0, 50, 90], rows)).mask(chance.random(rows) < 0.3),
        "created_on": created.mask(chance.random(rows) < 0.03),
        "first_contact_on": first.mask(chance.random(rows) < 0.1),
        "offer_on": (created + shift(50, 0)).mask(chance.random(rows) < 0.3),
        "offer_from": "column",
        "closed_on": closed.where(status != "open"),
        "expected_close_on": (created + shift(150, 20)).mask(chance.random(rows) < 0.3),
    }
    if seed % 3 == 1:
        rare |= {"offer_on": None, "offer_from": None, "probability": None}
    if seed % 4 == 2:
        rare |= {"first_contact_on": None}
    return conform("opportunities", pd.DataFrame(rare))


def any_targets(seed: int) -> pd.DataFrame:
    """Targets of three sellers by month, one of them without an opportunity; some months have none."""
    chance = np.random.default_rng([seed, 1])
    rows = [
        {
            "seller": seller,
            "month_on": f"2025-{month:02}-01",
            "target_value": float(chance.integers(0, 60_000)),
            "currency": "EUR",
        }
        for seller in [*SELLERS[:2], "Tuulia Vanamola"]
        for month in range(1, 11)
        if chance.random() < 0.9
    ]
    if seed % 2:
        rows.append({"seller": None, "month_on": "2025-04-01", "target_value": 50_000.0, "currency": "EUR"})
        rows.append({"seller": SELLERS[0], "month_on": "2025-05-01", "target_value": 100.0, "currency": "USD"})
    return conform("targets", pd.DataFrame(rows))
