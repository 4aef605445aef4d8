"""The LTV/CAC check sheet: `python -m examples.build [FOLDER]` writes it in Finnish and English, always the same bytes.

Every formula of ours carries the value that the function itself gives, so that the file reads without the add-in.
"""

from __future__ import annotations

import io
import sys
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from addin.functions import FUNCTIONS
from examples.looks import Looks
from examples.offers import OFFERS
from kpi_core.texts import LANGUAGES, Language

HERE = Path(__file__).parent
TEXTS = tomllib.loads((HERE / "texts.toml").read_text("utf-8"))
_FIRST_OFFER = 4  # the sheet's row of the first one, from 1
_ENGINE = "191029"  # Excel 2019's and 365's calculation engine, as their files name it
_STILL = datetime(2026, 1, 1)  # noqa: DTZ001  a fixed moment, of no zone


def built(language: Language) -> bytes:
    """The workbook in one language."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"title": TEXTS["title"][language], "created": _STILL})
    # Neither "compute on opening" nor an old engine's mark: Excel without the add-in would turn the values into #NAME?.
    book.set_calc_mode("auto", _ENGINE)
    book.calc_on_load = False
    sheet = book.add_worksheet(TEXTS["sheet"][language])
    offers = book.add_worksheet(TEXTS["offers_sheet"][language])
    looks = Looks(book)
    _Offers(offers, looks, language).write()
    _Check(sheet, looks, language).write()
    book.close()
    return target.getvalue()


class _Offers:
    """The list of offers, as someone keeps it."""

    def __init__(self, sheet: Any, looks: Looks, language: Language) -> None:
        self.sheet, self.looks, self.language = sheet, looks, language

    def write(self) -> None:
        self.looks.page(self.sheet, [1.5, 12, 30, 14, 16])
        said = TEXTS["offers"]
        self.sheet.write("B1", TEXTS["offers_sheet"][self.language], self.looks.title)
        for column, key in enumerate(("number", "company", "value", "outcome"), start=1):
            self.sheet.write(
                2, column, said[key][self.language], self.looks.head_right if key == "value" else self.looks.head
            )
        for row, (number, company, value, outcome) in enumerate(OFFERS, start=3):
            self.sheet.write(row, 1, number, self.looks.input_text)
            self.sheet.write(row, 2, company, self.looks.input_text)
            self.sheet.write(row, 3, value, self.looks.input("money"))
            self.sheet.write(row, 4, said[outcome][self.language], self.looks.input_text)
        self.sheet.freeze_panes(3, 0)


class _Check:
    """The check sheet itself: inputs, figures, the list's win rate, checks, notes."""

    def __init__(self, sheet: Any, looks: Looks, language: Language) -> None:
        self.sheet, self.looks, self.language = sheet, looks, language
        self.cells: dict[str, Any] = {}  # a cell's address -> its value, as the formulas see it

    def write(self) -> None:
        sheet, looks = self.sheet, self.looks
        looks.page(sheet, [1.5, 37, 13, 11, 41, 13, 56])
        sheet.write("B1", TEXTS["title"][self.language], looks.title)
        sheet.write("B2", TEXTS["subtitle"][self.language], looks.small)
        self._head(4, "inputs", "unit")
        for row, spec in enumerate(TEXTS["inputs"].values(), start=5):
            sheet.write(f"B{row}", spec["label"][self.language], looks.text)
            self._put(f"C{row}", spec["value"], looks.input(spec["format"]))
            sheet.write(f"D{row}", spec["unit"][self.language], looks.quiet)
        self._head(13, "figures", "unit", "formula", "status", "advice")
        self._figure(14, "cac", "euros", "money", "CAC(C5:C7,C8)")
        self._figure(15, "ltv", "euros", "money", "LTV(C9,C10,C11)")
        self._figure(16, "ltv_cac", "times", "multiple", "LTVCAC(C15,C14)", judged="LTVCAC")
        self._figure(17, "payback", "months", "months", "CACPAYBACK(C14,C9,C10)", judged="CACPAYBACK")
        self._list()
        self._checks()
        looks.statuses(sheet, "F14:F24", self.language)
        self._notes(32)

    def _list(self) -> None:
        said, name = TEXTS["offers"], TEXTS["offers_sheet"][self.language]
        last = _FIRST_OFFER + len(OFFERS) - 1
        outcomes = f"{name}!$E${_FIRST_OFFER}:$E${last}"
        self.cells[outcomes] = [[said[outcome][self.language]] for *_, outcome in OFFERS]
        won, lost = (sum(outcome == wanted for *_, outcome in OFFERS) for wanted in ("won", "lost"))
        words = {key: said[key][self.language] for key in ("won", "lost")}
        counted = {key: f'COUNTIF({outcomes},"{word}")' for key, word in words.items()}
        self._head(19, "list", "unit", "formula", "status", "advice")
        self._native(20, "won", "count", counted["won"], won)
        self._native(21, "decided", "count", f"C20+{counted['lost']}", won + lost)
        self._figure(22, "win_rate", "share", "ratio", f"WINRATE({outcomes})", judged="WINRATE", n="C21", across=True)
        interval = 'KPIINTERVAL("WINRATE",C20,C21)'
        ((low, high),) = self._called(interval)
        # Each bound in a cell of its own: LibreOffice keeps no stored value of an array formula.
        self._native(23, "low", "share", f"INDEX({interval},1,1)", low, "ratio")
        self._native(24, "high", "share", f"INDEX({interval},1,2)", high, "ratio")

    def _checks(self) -> None:
        name = TEXTS["offers_sheet"][self.language]
        last = _FIRST_OFFER + len(OFFERS) - 1
        outcomes = f"{name}!$E${_FIRST_OFFER}:$E${last}"
        still_open = TEXTS["offers"]["open"][self.language]
        self._head(26, "checks")
        tests = {
            "costs": "ABS(C14*C8-SUM(C5:C7))<0.005",
            "ratio": "ABS(C16*C14-C15)<0.005",
            "rate": "ABS(C22-C20/C21)<0.0000001",
            "rows": f'C21+COUNTIF({outcomes},"{still_open}")=ROWS({outcomes})',
        }
        good, bad = (TEXTS["checks"][key][self.language] for key in ("good", "bad"))
        for row, (key, test) in enumerate(tests.items(), start=27):
            self.sheet.write(f"B{row}", TEXTS["checks"][key][self.language], self.looks.text)
            self.sheet.write_formula(f"C{row}", f'=IF({test},"{good}","{bad}")', self.looks.check, good)
        self.looks.checks(self.sheet, "C27:C30", good)

    def _head(self, row: int, *keys: str) -> None:
        said = TEXTS["heads"]
        texts = [said[keys[0]], {"fi": "", "en": ""}, *(said[key] for key in keys[1:])]
        for column, text in zip("BCDEFG", texts, strict=False):
            look = self.looks.head_indented if column == "D" else self.looks.head
            self.sheet.write(f"{column}{row}", text[self.language], look)

    def _figure(
        self,
        row: int,
        key: str,
        unit: str,
        form: str,
        formula: str,
        *,
        judged: str = "",
        n: str = "",
        across: bool = False,
    ) -> None:
        """A figure by a function of ours, with its formula in words, and where it is judged its status and advice."""
        self._native(row, key, unit, formula, self._called(formula), form, across=across)
        if judged:
            status = f'KPISTATUS("{judged}",C{row},{n},"{self.language}")'
            advice = f'KPIADVICE("{judged}",C{row},"{self.language}"{"," + n if n else ""})'
            self.sheet.write_formula(f"F{row}", f"={status}", self.looks.status, self._called(status))
            self.sheet.write_formula(f"G{row}", f"={advice}", self.looks.wrapped, self._called(advice))
            self.sheet.set_row(row - 1, 28)

    def _native(
        self, row: int, key: str, unit: str, formula: str, value: Any, form: str = "count", *, across: bool = False
    ) -> None:
        said = TEXTS["figures"]
        crosses = across or "!" in formula
        self.sheet.write(f"B{row}", said[key][self.language], self.looks.text)
        look = self.looks.across(form) if crosses else self.looks.formula(form)
        self.sheet.write_formula(f"C{row}", f"={formula}", look, value)
        self.cells[f"C{row}"] = value
        self.sheet.write(f"D{row}", said[unit][self.language], self.looks.quiet)
        self.sheet.write_string(f"E{row}", self._typed(formula), self.looks.code)

    def _put(self, address: str, value: float, look: Any) -> None:
        self.cells[address] = value
        self.sheet.write_number(address, value, look)

    def _called(self, formula: str) -> Any:
        """What a function of ours gives for a formula whose arguments are cells, ranges and texts."""
        name, _, rest = formula.partition("(")
        return FUNCTIONS[name].call(*(self._value(it) for it in rest.removesuffix(")").split(",")))

    def _value(self, argument: str) -> Any:
        if not argument:
            return None
        if argument.startswith('"'):
            return argument.strip('"')
        if argument not in self.cells:  # C5:C7
            first, last = argument.split(":")
            return [[self.cells[f"C{row}"]] for row in range(int(first[1:]), int(last[1:]) + 1)]
        return self.cells[argument]

    def _typed(self, formula: str) -> str:
        """The formula as one types it: COUNTIF and the separators are the language's."""
        if self.language == "en":
            return f"={formula}".replace(",", ", ")
        return f"={formula}".replace("COUNTIF", "LASKE.JOS").replace("INDEX", "INDEKSI").replace(",", "; ")

    def _notes(self, row: int) -> None:
        self._head(row, "notes")
        for at, line in enumerate(TEXTS["notes"][self.language], start=row + 1):
            self.sheet.write(f"B{at}", line, self.looks.small)


def main(folder: Path) -> None:
    """Write both files."""
    for language in LANGUAGES:
        (folder / TEXTS["file"][language]).write_bytes(built(language))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
