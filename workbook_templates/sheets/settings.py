"""The limits as input cells, read from left to right: status, limit, next status; and the status words."""

from __future__ import annotations

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kpi_core.catalogue import catalogue, mark
from kpi_core.definition import Definition, Status
from workbook_templates import style
from workbook_templates.bands import STATUSES, bands, is_inclusive
from workbook_templates.book import Book

_LIMITS = 3
_WIDTHS = (34, 22, 10, *((15, 11) * _LIMITS), 15)


def draw(book: Book) -> None:
    """Add the sheet."""
    sheet = book.sheet("settings", _WIDTHS, note=book.say("settings.how"))
    headers = [book.say(f"settings.{key}") for key in ("kpi", "unit", "minimum_n")]
    for number in range(1, _LIMITS + 1):
        headers += [book.say("settings.status"), book.say("settings.limit", number=number)]
    book.headers(sheet, 6, [*headers, book.say("settings.status")], numbers=(2, 4, 6, 8))
    valid = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    sheet.add_data_validation(valid)
    row = 7
    for kpi in book.template.all_kpis():
        if bands(kpi):
            _limits(book, sheet, row, catalogue()[kpi], valid)
            row += 1
    row += 1
    book.put(sheet, f"B{row}", book.say("settings.words"), font=style.SUBTITLE)
    for status in STATUSES:
        row += 1
        words = _word(book, status)
        book.put(
            sheet, f"B{row}", words, name=f"status_{status}", font=style.INPUT, fill=style.INPUT_FILL, border=style.BOX
        )
    row = book.lines(sheet, row + 1, book.say("settings.words_how"), sum(_WIDTHS))
    if any(catalogue()[kpi].compare for kpi in book.template.all_kpis()):
        book.lines(sheet, row + 1, book.say("settings.relative"), sum(_WIDTHS))
    book.frozen(sheet, "C7", "1:6")


def _limits(book: Book, sheet: Worksheet, row: int, meaning: Definition, valid: DataValidation) -> None:
    """A KPI's row. The limits come from the definition here, from the run when the template is filled."""
    book.put(sheet, f"B{row}", meaning.name.show(book.language), align=style.WRAP)
    book.put(sheet, f"C{row}", book.say(f"unit.{meaning.unit}"))
    number_format = style.FORMATS[meaning.unit]
    inputs = []
    if meaning.minimum_n:
        book.put(sheet, f"D{row}", meaning.minimum_n, name=f"limit_{meaning.id}_n", align=style.RIGHT, format="#,##0")
        inputs.append(f"D{row}")
    rules = bands(meaning.id)
    for i, band in enumerate(rules):
        column = get_column_letter(5 + 2 * i)
        book.put(
            sheet, f"{column}{row}", _word(book, band.status), name=f"band_{meaning.id}_{i + 1}", align=style.TEXT_LEFT
        )
        if i + 1 < len(rules):
            at = f"{get_column_letter(6 + 2 * i)}{row}"
            sign = "≤" if is_inclusive(band) else "<"
            limit = None if meaning.compare else band.bound
            shown = f'"{sign} "{number_format}'
            book.put(sheet, at, limit, name=f"limit_{meaning.id}_{i + 1}", align=style.RIGHT, format=shown)
            inputs.append(at)
    for at in inputs:
        sheet[at].font, sheet[at].fill, sheet[at].border = style.INPUT, style.INPUT_FILL, style.BOX
        valid.add(at)
    for number in range(2, len(_WIDTHS) + 2):
        if (at := f"{get_column_letter(number)}{row}") not in inputs:
            sheet[at].border = style.ROW


def _word(book: Book, status: Status) -> str:
    return f"{mark(status).icon} {mark(status).word.show(book.language)}"
