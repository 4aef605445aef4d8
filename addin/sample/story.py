"""The sample's story: sixteen months of an invented sales team that sells for three client companies.

Each working day the sellers book meetings; some are held, some lead to an offer, some offers to a deal, and a
deal to a customer. One generator with a fixed seed decides everything, so the same story is told every time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from addin.sample.material import CALENDAR, CLIENTS, LAST, MATERIAL, OPENED, REACHED, SELLERS, WORDS, Row, days, worse
from kpi_core.periods import is_working_day


class Story:
    """What happened, day by day. Each list holds one row a thing that happened, under the exports' own headings."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.absent: set[tuple[str, date]] = set()
        self.absences: list[Row] = []
        self.calls: list[Row] = []
        self.meetings: list[Row] = []
        self.opportunities: list[Row] = []
        self.customers: list[Row] = []
        self._companies = self._shuffled(
            form.format(first + second)
            for first in MATERIAL["companies"]["first"].split()
            for second in MATERIAL["companies"]["second"].split()
            for form in MATERIAL["companies"]["forms"]
        )
        names = MATERIAL["names"]
        self._people = self._shuffled(
            f"{first} {last}" for first in names["first"].split() for last in names["last"].split()
        )
        self._numbers = itertools.count(1001)
        self._tell()

    def _shuffled(self, names: Iterator[str]) -> Iterator[str]:
        ordered = list(names)
        self.chance.shuffle(ordered)
        return iter(ordered)

    def _tell(self) -> None:
        for seller in SELLERS:
            self._take_leave(seller)
        for day in days(OPENED, LAST):
            if not is_working_day(day):
                continue
            for seller in SELLERS:
                if self._works(seller, day):
                    self._work(seller, day)

    def _works(self, seller: Row, day: date) -> bool:
        return day >= seller.get("started_on", OPENED) and (seller["name"], day) not in self.absent

    def _take_leave(self, seller: Row) -> None:
        """Four weeks of summer holiday, one in winter, and a few single days."""
        leaves: list[tuple[date, int]] = []
        for year in (2025, 2026):
            leaves += [(date(year, 6, 22) + timedelta(weeks=self.chance.randint(0, 5)), 25)]
        leaves += [(date(2026, 2, 16) + timedelta(weeks=self.chance.randint(0, 2)), 4)]
        leaves += [(date(2025, 7, 1) + timedelta(days=self.chance.randint(60, 480)), 0) for _ in range(4)]
        for start, length in sorted(leaves):
            monday = start - timedelta(days=start.weekday()) if length else start
            end = monday + timedelta(days=length)
            if monday < seller.get("started_on", OPENED) or monday > LAST or not is_working_day(monday):
                continue
            self.absent |= {(seller["name"], day) for day in days(monday, end)}
            self.absences.append({"Myyjä": seller["name"], "Alkaa": monday, "Päättyy": end})

    def _work(self, seller: Row, day: date) -> None:
        client = self.chance.choice(seller["clients"])
        lively = CALENDAR["season"][day.month - 1] * (0.6 if worse(day) else 1.0)
        for _ in range(self._count(seller["weekly"] / 5 * lively / (0.90 * CLIENTS[client]["show_rate"]))):
            self._book(seller, client, day)
        for _ in range(self._count(0.92 * lively)):
            self._call(seller, client, day, next(self._people), next(self._companies), REACHED)
        for _ in range(self._count(0.12 * lively)):
            silence = self.chance.choice(WORDS["not_reached"])
            self._call(seller, client, day, next(self._people), next(self._companies), silence)

    def _count(self, expected: float) -> int:
        whole = int(expected)
        return whole + (self.chance.random() < expected - whole)

    def _call(self, seller: Row, client: str, day: date, person: str, company: str, result: str) -> None:
        self.calls.append(
            {
                "Soittopäivä": day,
                "Kanava": "Puhelu",
                "Myyjä": seller["name"],
                "Toimeksiantaja": client,
                "Yritys": company,
                "Yhteyshenkilö": person,
                "Tulos": result,
            }
        )

    def _book(self, seller: Row, client: str, day: date) -> None:
        company, person = next(self._companies), next(self._people)
        by_phone = self.chance.random() < 0.095
        if by_phone:
            self._call(seller, client, day, person, company, REACHED)
        met = self._present(seller, day + timedelta(days=self.chance.randint(4, 17)))
        show = CLIENTS[client]["show_rate"] - (0.25 if worse(met) else 0.0)
        draw = self.chance.random()
        outcome, moved_to = WORDS["held"], None
        if draw < 0.045:
            outcome = WORDS["cancelled"]
        elif draw < 0.09:
            outcome = WORDS["moved"]
            if self.chance.random() < 0.8:
                moved_to = self._present(seller, met + timedelta(days=self.chance.randint(5, 15)))
        elif self.chance.random() > show:
            outcome = WORDS["no_show"]
        self._meet(seller, client, company, person, day, met, outcome, moved_to)
        if moved_to:
            outcome, met = WORDS["held"], moved_to
            self._meet(seller, client, company, person, day, met, outcome, None)
        if outcome == WORDS["held"] and met <= LAST:
            self._follow(seller, client, company, person, day, met)

    def _present(self, seller: Row, day: date) -> date:
        while not is_working_day(day) or (seller["name"], day) in self.absent:
            day += timedelta(days=1)
        return day

    def _meet(
        self, seller: Row, client: str, company: str, person: str, day: date, met: date, word: str, moved: date | None
    ) -> None:
        if met > LAST:
            word, moved = WORDS["booked"], None
        elif word == WORDS["held"] and self.chance.random() < 0.012:
            word = ""  # nobody marked it
        self.meetings.append(
            {
                "Tapaamisen tunnus": f"K{len(self.meetings) + 1001}",
                "Varattu": day,
                "Tapaamispäivä": met,
                "Myyjä": seller["name"],
                "Toimeksiantaja": client,
                "Yritys": company,
                "Yhteyshenkilö": person,
                "Tila": word,
                "Uusi aika": moved,
            }
        )

    def _follow(self, seller: Row, client: str, company: str, person: str, booked: date, met: date) -> None:
        draw = self.chance.random()
        if draw < seller["to_offer"]:
            self._offer(seller, client, company, booked, met)
        elif draw < seller["to_offer"] + 0.06 and seller["to_offer"]:
            self._explore(seller, client, company, booked, met)
        elif draw > 0.92:  # a second meeting: not a new one
            again = self._present(seller, met + timedelta(days=self.chance.randint(7, 21)))
            self._meet(seller, client, company, person, met, again, WORDS["held"], None)

    def _opportunity(self, seller: Row, client: str, company: str, booked: date, met: date) -> Row:
        product = self.chance.choice(CLIENTS[client]["products"])
        low, high = CLIENTS[client]["monthly_fee"]
        fee = round(low + (high - low) * self.chance.betavariate(1.6, 3.2) * 1.25, -1)
        return {
            "Tunnus": f"T{next(self._numbers)}",
            "Asiakas": company,
            "Toimeksiantaja": client,
            "Tuote": product,
            "Myyjä": seller["name"],
            "Vaihe": WORDS["needs"],
            "Todennäköisyys (%)": 20,
            "Arvo": fee * 12,
            "Valuutta": "EUR",
            "Ensikontakti": booked,
            "Luotu": met,
            "Tarjouspäivä": None,
            "Arvioitu päätöspäivä": met + timedelta(days=60),
            "Päätöspäivä": None,
            "Häviön syy": "",
            "Muokattu": met,
        }

    def _explore(self, seller: Row, client: str, company: str, booked: date, met: date) -> None:
        """An opportunity that never got an offer."""
        row = self._opportunity(seller, client, company, booked, met)
        dropped = self._present(seller, met + timedelta(days=self.chance.randint(20, 90)))
        if dropped <= LAST:
            row |= {"Vaihe": WORDS["lost"], "Todennäköisyys (%)": 0, "Päätöspäivä": dropped, "Muokattu": dropped}
            row["Häviön syy"] = "Ei päätöstä"
        self.opportunities.append(row)

    def _offer(self, seller: Row, client: str, company: str, booked: date, met: date) -> None:
        row = self._opportunity(seller, client, company, booked, met)
        self.opportunities.append(row)
        offered = self._present(seller, met + timedelta(days=self.chance.randint(1, 16)))
        decided = self._present(seller, offered + timedelta(days=int(self.chance.lognormvariate(3.35, 0.6))))
        row["Arvioitu päätöspäivä"] = offered + timedelta(days=self.chance.randint(25, 60))
        if offered > LAST:
            return
        row |= {"Vaihe": WORDS["offered"], "Todennäköisyys (%)": 50, "Tarjouspäivä": offered, "Muokattu": offered}
        if decided > LAST:
            if decided < LAST + timedelta(days=14):
                row |= {"Vaihe": WORDS["negotiating"], "Todennäköisyys (%)": 70}
            return
        won = self.chance.random() < seller["to_deal"] * (0.4 if worse(decided) else 1.0)
        row |= {"Päätöspäivä": decided, "Muokattu": decided, "Vaihe": WORDS["won" if won else "lost"]}
        row["Todennäköisyys (%)"] = 100 if won else 0
        if won:
            self._win(row)
        else:
            row["Häviön syy"] = self.chance.choice(WORDS["lost_reasons"])

    def _win(self, deal: Row) -> None:
        self.customers.append(
            {
                "Asiakasnumero": f"A{2000 + len(self.customers)}",
                "Asiakas": deal["Asiakas"],
                "Toimeksiantaja": deal["Toimeksiantaja"],
                "Tuote": deal["Tuote"],
                "Myyjä": deal["Myyjä"],
                "Ensitilaus": deal["Päätöspäivä"],
                "Päättynyt": None,
                "Kuukausilaskutus": deal["Arvo"] / 12,
                "Kate": self.margin(deal["Toimeksiantaja"]),
                "Valuutta": "EUR",
            }
        )

    def margin(self, client: str) -> float:
        """A customer's gross margin as a share, around the client's."""
        return float(round(CLIENTS[client]["margin"] + self.chance.uniform(-0.06, 0.06), 2))

    def company(self) -> str:
        """A company that has not been named yet."""
        return next(self._companies)
