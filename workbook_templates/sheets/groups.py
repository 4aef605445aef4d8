"""KPIs by seller or by client: a table that grows."""

from __future__ import annotations

from workbook_templates.bands import rated_by_group
from workbook_templates.book import Book

_WIDTHS = {"": 13, "n": 12, "status": 17}


def draw(book: Book, key: str) -> None:
    """Add the sheet of "sellers" or of "clients"."""
    kpis = book.template.sellers if key == "sellers" else book.template.clients
    formats = {key.removesuffix("s"): "", **_columns(book, kpis)}
    widths = [26, *(_width(column) for column in list(formats)[1:])]
    sheet = book.sheet(key, widths, note=book.say(f"{key}.note"))
    book.table(sheet, "tblSellers" if key == "sellers" else "tblClients", 5, formats)
    book.frozen(sheet, "C6", "1:5")


def _width(column: str) -> int:
    return next((width for end, width in _WIDTHS.items() if end and column.endswith(f"_{end}")), _WIDTHS[""])


def _columns(book: Book, kpis: tuple[str, ...]) -> dict[str, str]:
    """Each KPI's value and, where it is rated, its status and n."""
    found: dict[str, str] = {}
    for kpi in kpis:
        found |= book.kpi_formats([kpi], *(("status", "n") if rated_by_group(kpi) else ()))
    return found
