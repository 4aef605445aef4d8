"""KPIs by seller or by client: a table that grows; above it what its shares are of, and which sellers differ."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from kpi_core.catalogue import catalogue
from workbook_templates import style
from workbook_templates.bands import rated_by_group
from workbook_templates.book import Book

_WIDTHS = {"": 13, "n": 12, "low": 12, "high": 12, "status": 17}


def draw(book: Book, key: str) -> None:
    """Add the sheet of "sellers" or of "clients"."""
    kpis = book.template.sellers if key == "sellers" else book.template.clients
    formats = {key.removesuffix("s"): "", **_columns(book, kpis)}
    widths = [26, *(_width(column) for column in list(formats)[1:])]
    sheet = book.sheet(key, widths, note=book.say(f"{key}.note"))
    row = 5
    for kpi in kpis:
        if _is_share(kpi):
            row = _explained(book, sheet, row, kpi, compared=key == "sellers")
    top = row + 1
    book.table(sheet, "tblSellers" if key == "sellers" else "tblClients", top, formats)
    book.frozen(sheet, f"C{top + 1}", f"1:{top}")


def _explained(book: Book, sheet: Worksheet, row: int, kpi: str, *, compared: bool) -> int:
    """What a share is of and, of sellers, who differs in it; the next free row."""
    label = f"kpi_{kpi}_label"
    repeated = label in book.workbook.defined_names
    book.put(sheet, f"B{row}", book.short(kpi), font=style.HEADER_SMALL)
    book.put(sheet, f"C{row}", f"={label}" if repeated else None, name="" if repeated else label, font=style.SMALL)
    if compared:
        book.put(sheet, f"C{row + 1}", name=f"kpi_{kpi}_differences", font=style.SMALL)
    return row + 1 + compared


def _is_share(kpi: str) -> bool:
    return catalogue()[kpi].evidence == "wilson"


def _width(column: str) -> int:
    return next((width for end, width in _WIDTHS.items() if end and column.endswith(f"_{end}")), _WIDTHS[""])


def _columns(book: Book, kpis: tuple[str, ...]) -> dict[str, str]:
    """Each KPI's value, the interval of a share and, where it is rated, its status and n."""
    found: dict[str, str] = {}
    for kpi in kpis:
        ends = ("status", "n") if rated_by_group(kpi) else ()
        found |= book.kpi_formats([kpi], *ends, *(("low", "high") if _is_share(kpi) else ()))
    return found
