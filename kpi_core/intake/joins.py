"""Ids to names: users, accounts, people, products and the stage history of the same run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from kpi_core.folding import folded_word
from kpi_core.intake.parts import Part, mapped
from kpi_core.intake.source import Remark, Word
from kpi_core.intake.stages import is_offer


def rows_of(parts: Sequence[Part], *tables: str) -> pd.DataFrame:
    """The usable rows of the parts that feed one of the tables."""
    frames = [part.usable for part in parts if part.layout.table in tables and not part.layout.not_needed]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def display_names(rows: pd.DataFrame, key: str, name: str) -> dict[str, str]:
    """Id -> name; ids that share a name are told apart as "Name (id)"."""
    if key not in rows or name not in rows:
        return {}
    known = rows[[key, name]].dropna().drop_duplicates(key, keep="last")
    shared = known[name].duplicated(keep=False)
    shown = known[name].where(~shared, known[name] + " (" + known[key] + ")")
    return dict(zip(known[key], shown, strict=True))


class Joins:
    """The lookups of one run and how they fill the canonical columns of a part."""

    def __init__(self, parts: Sequence[Part]) -> None:
        people = rows_of(parts, "users", "sellers")
        if len(people):
            people = people.copy()
            people["shown"] = _column(people, "seller").fillna(_column(people, "name")).fillna(_full_name(people))
        self.sellers = display_names(people, "seller_id", "shown")
        teams = people.assign(shown=people["seller_id"].map(self.sellers)) if self.sellers else people
        self.teams = _teams(people, teams)
        accounts = rows_of(parts, "accounts")
        self.accounts = display_names(accounts, "account_id", "name")
        self.domains = display_names(accounts, "domain", "name")
        contacts = rows_of(parts, "people")
        self.person_company = self._person_companies(contacts)
        products = rows_of(parts, "products")
        self.products = display_names(products, "product_id", "product")
        named: list[str] = list(products["product"].dropna().unique()) if "product" in products else []
        self.spelling = {folded_word(name): name for name in named}
        self.lines = self._line_items(parts)
        self.history = _stage_entries(parts)

    def _person_companies(self, contacts: pd.DataFrame) -> dict[str, str]:
        if contacts.empty:
            return {}
        company = self._companies(contacts)
        found: dict[str, str] = {}
        for key in ("email", "person"):
            pairs = pd.DataFrame({"key": _column(contacts, key), "company": company}).dropna()
            found |= dict(zip(pairs["key"], pairs["company"], strict=True))
        return found

    def _companies(self, rows: pd.DataFrame) -> pd.Series[Any]:
        ids, domains = _column(rows, "company_id"), _column(rows, "company_domain")
        return (
            _column(rows, "company")
            .fillna(mapped(ids, self.accounts))
            .fillna(mapped(domains, self.domains))
            .fillna(ids)
            .fillna(domains)
        )

    def _line_items(self, parts: Sequence[Part]) -> dict[str, str]:
        """Opportunity -> product, where all its line items are of one product."""
        items = rows_of(parts, "line_items")
        if items.empty:
            return {}
        prices = rows_of(parts, "prices")
        by_price = (
            dict(zip(_column(prices, "price_id"), _column(prices, "product_id"), strict=True)) if len(prices) else {}
        )
        ids = _column(items, "product_id").fillna(mapped(_column(items, "price_id"), by_price))
        pairs = pd.DataFrame({"deal": items["opportunity_id"], "product": ids.map(self.products)}).dropna()
        pairs = pairs.drop_duplicates()
        single = pairs[~pairs["deal"].duplicated(keep=False)]
        return dict(zip(single["deal"], single["product"], strict=True))

    def fill(self, part: Part) -> None:
        """Seller, team, company and product of a part by name."""
        frame = part.frame
        ids = part.get("seller_id")
        named = mapped(ids, self.sellers)
        nameless = int((ids.notna() & named.isna() & part.open).sum())
        frame["seller"] = named.fillna(part.get("seller")).fillna(ids)
        if nameless and "seller" not in part.chosen:
            part.notes.append(Remark("note.sellers_by_id", {"count": nameless}))
        frame["team"] = part.get("team").fillna(mapped(frame["seller"], self.teams))
        frame["company"] = self._companies(frame)
        self._product(part)

    def _product(self, part: Part) -> None:
        frame = part.frame
        product = part.get("product").fillna(mapped(part.get("product_id"), self.products))
        if self.lines and "opportunity_id" in frame:
            product = product.fillna(mapped(frame["opportunity_id"], self.lines))
        frame["product"] = product
        if not self.spelling:
            return
        counts = product[part.ledger.open].dropna().value_counts()
        for word, count in counts.items():
            listed = self.spelling.get(folded_word(str(word)))
            if listed is None:
                part.notes.append(Remark("note.product_unknown", {"found": word, "count": int(count)}))
            elif listed != word:
                part.notes.append(
                    Remark("note.product_spelling", {"found": word, "listed": listed, "count": int(count)})
                )
                frame["product"] = frame["product"].replace(str(word), listed)

    def offers(self, part: Part) -> None:
        """The day on which an opportunity first entered the offer stage, where the run holds a stage history."""
        entries = self.history.get(part.layout.system)
        if entries is None or "offer_from" in part.frame:
            return
        part.frame["offer_on"] = entries.reindex(part.frame["opportunity_id"]).to_numpy()
        part.frame["offer_from"] = "stage"

    def about(self, part: Part, deals: Mapping[str, str]) -> None:
        """What an activity is about: an opportunity (and through it the company) or an account."""
        what = part.get("what_id")
        frame = part.frame
        is_deal = what.isin(list(deals)) if deals else what.notna() & ~what.isin(list(self.accounts))
        frame["opportunity_id"] = part.get("opportunity_id").fillna(what.where(is_deal))
        company = mapped(frame["opportunity_id"], deals)
        company = company.fillna(mapped(what, self.accounts))
        frame["company"] = part.get("company").fillna(company).fillna(mapped(part.get("person"), self.person_company))


def _column(rows: pd.DataFrame, name: str) -> pd.Series[Any]:
    return rows[name] if name in rows else pd.Series(None, index=rows.index, dtype="str")


def _full_name(rows: pd.DataFrame) -> pd.Series[Any]:
    full = (_column(rows, "first_name").fillna("") + " " + _column(rows, "last_name").fillna("")).str.strip()
    return full.mask(full == "")


def _teams(people: pd.DataFrame, shown: pd.DataFrame) -> dict[str, str]:
    if people.empty:
        return {}
    teams = _column(people, "team").fillna(_column(people, "role"))
    pairs = pd.DataFrame({"seller": shown["shown"], "team": teams}).dropna()
    return dict(zip(pairs["seller"], pairs["team"], strict=True))


def _stage_entries(parts: Sequence[Part]) -> dict[str, pd.Series[Any]]:
    """System -> opportunity -> the first day in the offer stage."""
    found: dict[str, pd.Series[Any]] = {}
    for part in parts:
        if part.layout.table != "stage_history" or part.layout.not_needed:
            continue
        frame = part.usable
        counts = frame["stage"].value_counts()
        in_offer = [stage for stage in counts.index if is_offer(str(stage))]
        part.words += [
            Word("stage", str(stage), "offer" if stage in in_offer else "stage", int(count))
            for stage, count in counts.items()
        ]
        entries = frame[frame["stage"].isin(in_offer)].groupby("opportunity_id")["stage_on"].min()
        before = found.get(part.layout.system)
        found[part.layout.system] = entries if before is None else pd.concat([before, entries]).groupby(level=0).min()
    return found
