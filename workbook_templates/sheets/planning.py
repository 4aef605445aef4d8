"""From a target back to contacts: assumptions with the firm's own beside the report's, then what the target takes."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kpi_core.figures import Unit
from workbook_templates import contract, style
from workbook_templates.book import Book

_WIDTHS = (34, 14, 11, 11, 13, 13, 13, 17, 44, 56)
_SHARES = ("win_rate", "meeting_to_offer", "contact_to_meeting")
_UNITS: dict[str, Unit] = {
    "target": "money",
    "deal_size": "money",
    **dict.fromkeys((*_SHARES, "show_rate"), "ratio"),
    "sellers": "count",
    "weeks": "per_week",
}
_STEPS = ("deals", "offers", "meetings", "agreed", "contacts")
_NOW = {"meetings": "meetings_per_week", "pipeline": "pipeline_value", "coverage": "pipeline_coverage"}
_COUNT = "#,##0.0"


def draw(book: Book) -> None:
    """Add the sheet."""
    sheet = book.sheet("planning", _WIDTHS, note=book.say("planning.how"), one_page=True)
    book.put(sheet, "B6", book.say("planning.assumptions"), font=style.SUBTITLE)
    heads = [book.say("summary.kpi"), book.say("planning.report")]
    heads += [book.say(f"summary.{key}") for key in ("n", "low", "high")]
    heads += [book.say(f"planning.{key}") for key in ("own", "used")]
    heads += [book.say("summary.status"), book.say("planning.limits"), book.say("planning.note")]
    book.headers(sheet, 7, heads, numbers=range(1, 7))
    for row, name in enumerate(_UNITS, start=8):
        _assumption(book, sheet, row, name)
    _validated(book, sheet)
    row = 8 + len(_UNITS) + 1
    book.put(sheet, f"B{row}", book.say("planning.needed"), font=style.SUBTITLE)
    heads = [book.say("summary.kpi"), *(book.say(f"planning.{key}") for key in ("month", "week", "seller"))]
    heads += [book.say("planning.now"), book.say("planning.gap"), "", book.say("summary.status")]
    heads += [book.say("planning.limits"), book.say("planning.note")]
    book.headers(sheet, row + 1, heads, numbers=range(1, 6))
    row += 2
    for name in (*_STEPS, "pipeline", "coverage"):
        _result(book, sheet, row, name)
        row += 1
    book.lines(sheet, row + 1, book.say("planning.footnote"), sum(_WIDTHS))
    book.frozen(sheet, "C6", "1:5")


def _assumption(book: Book, sheet: Worksheet, row: int, name: str) -> None:
    shape = style.FORMATS[_UNITS[name]]
    reported = {"target": "kpi_pipeline_coverage_target", "show_rate": ""} | {kpi: f"kpi_{kpi}_m12" for kpi in _SHARES}
    found = reported.get(name, f"plan_{name}_report")
    book.put(sheet, f"B{row}", contract.plan_label(name, book.language), align=style.WRAP)
    book.put(sheet, f"C{row}", name=found, align=style.RIGHT, format=shape)
    if name in _SHARES:
        for column, end in zip("DEF", ("n", "low", "high"), strict=True):
            unit = style.FORMATS["count" if end == "n" else "ratio"]
            book.put(sheet, f"{column}{row}", name=f"kpi_{name}_m12_{end}", align=style.RIGHT, format=unit)
        book.put(sheet, f"I{row}", name=f"plan_{name}_status", font=style.BOLD, align=style.TEXT_LEFT)
        book.put(sheet, f"J{row}", name=f"kpi_{name}_limits", font=style.SMALL, align=style.TEXT_WRAP)
    if name == "deal_size":
        book.put(sheet, f"D{row}", name="plan_deal_size_n", align=style.RIGHT, format="#,##0")
    own = f"plan_{name}_own"
    looks = {"font": style.INPUT, "fill": style.INPUT_FILL, "border": style.BOX, "align": style.RIGHT}
    book.put(sheet, f"G{row}", name=own, format=shape, **looks)  # type: ignore[arg-type]
    book.put(sheet, f"H{row}", name=f"plan_{name}", font=style.BOLD, align=style.RIGHT, format=shape)
    told = name in ("show_rate", "sellers", "weeks")
    text, cell = (book.say(f"planning.{name}"), "") if told else (None, f"plan_{name}_note")
    book.put(sheet, f"K{row}", text, name=cell, font=style.SMALL, align=style.TEXT_WRAP)
    _ruled(sheet, row, "BCDEFHIJK")


def _result(book: Book, sheet: Worksheet, row: int, name: str) -> None:
    unit = {"pipeline": style.FORMATS["money"], "coverage": style.FORMATS["multiple"]}.get(name, _COUNT)
    book.put(sheet, f"B{row}", contract.plan_label(name, book.language), align=style.WRAP)
    book.put(sheet, f"C{row}", name=f"plan_{name}", font=style.BOLD, align=style.RIGHT, format=unit)
    if name in _STEPS:
        book.put(sheet, f"D{row}", name=f"plan_{name}_week", align=style.RIGHT, format=unit)
        book.put(sheet, f"E{row}", name=f"plan_{name}_seller", align=style.RIGHT, format=unit)
    if name in _NOW:
        book.put(sheet, f"F{row}", name=f"plan_{name}_now", align=style.RIGHT, format=unit)
        book.put(sheet, f"G{row}", name=f"plan_{name}_gap", align=style.RIGHT, format=unit)
        book.put(sheet, f"I{row}", name=f"plan_{name}_status", font=style.BOLD, align=style.TEXT_LEFT)
    if name in ("meetings", "coverage"):
        book.put(sheet, f"J{row}", name=f"kpi_{_NOW[name]}_limits", font=style.SMALL, align=style.TEXT_WRAP)
    book.put(sheet, f"K{row}", book.say(f"planning.{name}"), font=style.SMALL, align=style.TEXT_WRAP)
    _ruled(sheet, row, "BCDEFGHIJK")


def _validated(book: Book, sheet: Worksheet) -> None:
    """A slip such as 25 for 25 % is refused where it is typed."""
    share = DataValidation(type="decimal", operator="between", formula1="0", formula2="1", allow_blank=True)
    above = DataValidation(type="decimal", operator="greaterThan", formula1="0", allow_blank=True)
    share.error, above.error = book.say("planning.share"), book.say("planning.positive")
    for rule in (share, above):
        rule.showErrorMessage = True
        sheet.add_data_validation(rule)
    for row, unit in enumerate(_UNITS.values(), start=8):
        (share if unit == "ratio" else above).add(f"G{row}")


def _ruled(sheet: Worksheet, row: int, columns: str) -> None:
    for column in columns:
        sheet[f"{column}{row}"].border = style.ROW
