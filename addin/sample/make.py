"""Writes the sample's exports from its story: `python -m addin.sample.make`. The same bytes every time."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from addin.sample.material import CALENDAR, CLIENTS, FROM, LAST, MATERIAL, SELLERS, WORDS, Row, days, month_key
from addin.sample.story import Story

SEED = 20261446
EXPORTS = Path(__file__).parent / "exports"
MONTHS = [day for day in days(FROM, LAST) if day.day == 1]


def exports() -> dict[str, bytes]:
    """Every export by file name."""
    story = Story(SEED)
    tables = {
        "tarjoukset.csv": with_faults(opportunities(story)),
        "yhteydenotot.csv": [row for row in story.calls if row["Soittopäivä"] >= CALENDAR["calls_from_on"]],
        "tapaamiset.csv": [row for row in story.meetings if row["Tapaamispäivä"] >= FROM],
        "tavoitteet.csv": targets(),
        "kulut.csv": costs(story),
        "asiakkaat.csv": customers(story),
        "poissaolot.csv": [row for row in story.absences if row["Päättyy"] >= FROM],
        "markkinahavainnot.csv": insights(story),
        "myyjat.csv": sellers(),
    }
    return {name: as_csv(rows) for name, rows in tables.items()}


def opportunities(story: Story) -> list[Row]:
    """The opportunities that were open at some time since the exports' first day, by number."""
    current = [row for row in story.opportunities if (row["Päätöspäivä"] or LAST) >= FROM]
    for row in current[10::97]:
        if row["Vaihe"] not in (WORDS["won"], WORDS["lost"]):
            row["Arvo"] = None
    for row in [row for row in current if row["Vaihe"] == WORDS["offered"]][5::13]:
        row["Arvo"] = None
    return sorted(current, key=lambda row: row["Tunnus"])


def with_faults(rows: list[Row]) -> list[Row]:
    """The faults that a real export holds, one of each, so that the account of rows has something to tell."""
    won = [row for row in rows if row["Vaihe"] == WORDS["won"]]
    lost = [row for row in rows if row["Vaihe"] == WORDS["lost"] and row["Tarjouspäivä"]]
    won[-3]["Päätöspäivä"] = None
    won[-7]["Päätöspäivä"] = date(2062, 10, 15)  # two digits in the wrong order
    won[-12]["Ensikontakti"] = won[-12]["Päätöspäivä"] + timedelta(days=9)
    waiting = {"Todennäköisyys (%)": 50, "Päätöspäivä": None, "Häviön syy": ""}
    for row in (lost[-5], lost[-9]):
        row |= waiting | {"Vaihe": WORDS["unknown"]}
    older = lost[-2] | waiting | {"Vaihe": WORDS["offered"], "Muokattu": lost[-2]["Tarjouspäivä"]}
    rows.insert(rows.index(lost[-2]) + 1, older)
    return rows


def targets() -> list[Row]:
    """Each seller's monthly targets, divided evenly between the clients that they sell for."""
    return [
        {
            "Kuukausi": f"{month:%Y-%m}",
            "Myyjä": seller["name"],
            "Toimeksiantaja": client,
            "Myyntitavoite": seller["target"] / len(seller["clients"]),
            "Tapaamistavoite": 12 // len(seller["clients"]),
            "Valuutta": "EUR",
        }
        for month in MONTHS
        for seller in SELLERS
        if month >= seller.get("started_on", FROM).replace(day=1)
        for client in seller["clients"]
    ]


def costs(story: Story) -> list[Row]:
    """What selling and marketing for each client cost, month by month."""
    rows = []
    for month in MONTHS:
        for client, terms in CLIENTS.items():
            spent = {
                "Myynnin palkat ja palkkiot": terms["salaries"] * story.chance.uniform(0.96, 1.05),
                "Mainonta": story.chance.uniform(1900, 3400),
                "Työkalut": 740.0,
            }
            if month.month in (3, 9):
                spent["Messut ja tapahtumat"] = story.chance.uniform(3500, 5200)
            rows += [
                {
                    "Kuukausi": f"{month:%Y-%m}",
                    "Toimeksiantaja": client,
                    "Kululaji": category,
                    "Summa": round(amount, 2),
                    "Valuutta": "EUR",
                }
                for category, amount in spent.items()
            ]
    return rows


def customers(story: Story) -> list[Row]:
    """Those who were customers before, those won since, and the days on which some of them left."""
    rows = []
    for number in range(120):
        client = story.chance.choice(list(CLIENTS))
        low, high = CLIENTS[client]["monthly_fee"]
        rows.append(
            {
                "Asiakasnumero": f"A{1001 + number}",
                "Asiakas": story.company(),
                "Toimeksiantaja": client,
                "Tuote": story.chance.choice(CLIENTS[client]["products"]),
                "Myyjä": story.chance.choice([row["name"] for row in SELLERS if client in row["clients"]][:3]),
                "Ensitilaus": date(2023, 1, 9) + timedelta(days=story.chance.randint(0, 800)),
                "Päättynyt": None,
                "Kuukausilaskutus": round(low + (high - low) * story.chance.betavariate(2, 3), -1),
                "Kate": story.margin(client),
                "Valuutta": "EUR",
            }
        )
    rows += story.customers
    for month in MONTHS:
        for row in rows:
            if row["Ensitilaus"] < month and not row["Päättynyt"] and story.chance.random() < 0.016:
                row["Päättynyt"] = month + timedelta(days=story.chance.randint(0, 27))
    return rows


def insights(story: Story) -> list[Row]:
    """What the decision-makers said, two quotes a fortnight; no quote returns within half a year."""
    heard = MATERIAL["insights"]
    quotes = [(theme, quote) for theme, said in heard["quotes"].items() for quote in said]
    story.chance.shuffle(quotes)
    held = [row for row in story.meetings if row["Tila"] == WORDS["held"]]
    rows = []
    for number, month in enumerate(MONTHS):
        met = [row for row in held if month_key(row["Tapaamispäivä"]) == month_key(month)]
        chosen = sorted(story.chance.sample(met, 6), key=lambda row: row["Tapaamispäivä"])
        for place, row in enumerate(chosen):
            theme, quote = quotes[(number * 6 + place) % len(quotes)]
            rows.append(
                {
                    "Pvm": row["Tapaamispäivä"],
                    "Yritys": row["Yritys"],
                    "Rooli": story.chance.choice(heard["roles"]),
                    "Teema": theme,
                    "Sitaatti": quote,
                    "Kilpailija": story.chance.choice(heard["competitors"]),
                    "Ajankohta": story.chance.choice(heard["timings"]),
                    "Toimeksiantaja": row["Toimeksiantaja"],
                    "Myyjä": row["Myyjä"],
                }
            )
    return rows


def sellers() -> list[Row]:
    """Who is in which team, with or without a deal."""
    return [
        {
            "Myyjä": seller["name"],
            "Tiimi": seller["team"],
            "Aloitti": seller.get("started_on", date(2023, 1, 2)),
            "Lopetti": None,
        }
        for seller in SELLERS
    ]


def as_csv(rows: Sequence[Row]) -> bytes:
    """Rows as a Finnish export writes them: UTF-8 with its mark, semicolons, decimal commas, 31.12.2026."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(rows[0])
    writer.writerows([as_cell(value) for value in row.values()] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_cell(value: Any) -> str:
    """One value as it stands in the file."""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, float):
        return f"{value:.2f}".replace(".", ",")
    return "" if value is None else str(value)


def main() -> None:
    """Write every export beside this package."""
    for name, content in exports().items():
        (EXPORTS / name).write_bytes(content)


if __name__ == "__main__":
    main()
