"""How the example looks: the templates' palette and formats (workbook_templates.style), as XlsxWriter takes them."""

from __future__ import annotations

from typing import Any

import xlsxwriter

from kpi_core.catalogue import mark
from kpi_core.definition import Status
from kpi_core.texts import Language
from workbook_templates.style import ACCENT, FAMILY, FORMATS, INK, LINE, QUIET

_INPUT, _INPUT_FILL, _ACROSS = "0000FF", "FFFBE0", "1B7F3B"
_FILLS: dict[Status, tuple[str, str]] = {
    "green": ("E3F1E5", "1E5B2A"),
    "amber": ("FFF1D6", "7A4B00"),
    "red": ("FBE0DC", "8A1F11"),
    "grey": ("EEF0F2", "52606D"),
}


class Looks:
    """The formats of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self.title = self._look(font_size=18, bold=True, font_color=ACCENT)
        self.small = self._look(font_size=9, font_color=QUIET)
        head = {"font_size": 9, "bold": True, "font_color": ACCENT, "bg_color": "EEF2F6", "bottom": 1}
        self.head = self._look(**head, bottom_color=ACCENT)
        self.head_indented = self._look(**head, bottom_color=ACCENT, align="left", indent=1)
        self.head_right = self._look(**head, bottom_color=ACCENT, align="right")
        self.text = self._look()
        self.quiet = self._look(font_color=QUIET, align="left", indent=1)
        self.code = self._look(font_size=9, font_color=QUIET, text_wrap=True)
        self.wrapped = self._look(font_size=9, text_wrap=True)
        self.status = self._look(bold=True, align="center")
        self.check = self._look(bold=True, align="right")
        self.input_text = self._look(font_color=_INPUT, bg_color=_INPUT_FILL, border=1, border_color=LINE)

    def input(self, form: str) -> Any:
        """An input cell: blue on pale yellow."""
        return self._look(
            font_color=_INPUT, bg_color=_INPUT_FILL, border=1, border_color=LINE, num_format=FORMATS[form], locked=False
        )

    def formula(self, form: str) -> Any:
        """A formula's cell: black."""
        return self._look(num_format=FORMATS[form], bold=True)

    def across(self, form: str) -> Any:
        """The cell of a formula that reads another sheet: green."""
        return self._look(num_format=FORMATS[form], bold=True, font_color=_ACROSS)

    def statuses(self, sheet: Any, cells: str, language: Language) -> None:
        """Colour status words; the word stays, so that colour is never alone."""
        for status in _FILLS:
            self._coloured(sheet, cells, "==", mark(status).word.show(language), status)

    def checks(self, sheet: Any, cells: str, good: str) -> None:
        """Green where a check holds, red where it does not."""
        self._coloured(sheet, cells, "==", good, "green")
        self._coloured(sheet, cells, "!=", good, "red")

    def _coloured(self, sheet: Any, cells: str, criteria: str, word: str, status: Status) -> None:
        fill, ink = _FILLS[status]
        look = self._book.add_format({"bg_color": fill, "font_color": ink})
        sheet.conditional_format(cells, {"type": "cell", "criteria": criteria, "value": f'"{word}"', "format": look})

    def page(self, sheet: Any, widths: list[float]) -> None:
        """Column widths and print set-up: A4 landscape, one page wide."""
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8&F&C&8&A&R&8&P / &N")
        sheet.set_row(0, 28)

    def _look(self, **more: Any) -> Any:
        return self._book.add_format({"font_name": FAMILY, "font_size": 10, "font_color": INK, "valign": "top"} | more)
