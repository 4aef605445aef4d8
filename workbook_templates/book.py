"""A template under construction: its sheets with their print set-up, its names and its tables."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill
from openpyxl.utils import absolute_coordinate, get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from kpi_core.catalogue import catalogue
from kpi_core.texts import Language, load_texts
from workbook_templates import contract, style
from workbook_templates.bands import rated_by_group
from workbook_templates.number_formats import in_language
from workbook_templates.row_heights import height
from workbook_templates.shipped import Template

ROW_HEIGHT = 15  # points; said in the file, as programs differ in their own
_LONGEST_LINE = 190  # characters of small print across a page


@dataclass(frozen=True)
class Span:
    """Where a table's column lies: its sheet, its number, its first and last body row (the header is above)."""

    sheet: Worksheet
    column: int
    first: int
    last: int


def _height(sheet: Worksheet, cell: Cell) -> float:
    width = sheet.column_dimensions[cell.column_letter].width
    return height(str(cell.value), width, float(cell.font.sz or 10), bool(cell.font.b))


@dataclass
class Book:
    """One template in one language."""

    template: Template
    language: Language
    workbook: Workbook = field(default_factory=Workbook)
    spans: dict[tuple[str, str], Span] = field(default_factory=dict)
    filled: set[tuple[str, str]] = field(default_factory=set)  # named cells, by sheet and address

    def __post_init__(self) -> None:
        self.workbook.remove(self.workbook.worksheets[0])
        # Column widths are counted in the digits of the first font, so it must be ours.
        self.workbook._fonts[0] = style.FONT  # type: ignore[attr-defined]
        self.workbook._named_styles["Normal"].font = style.FONT  # type: ignore[attr-defined]

    def say(self, key: str, **found: object) -> str:
        """A printed text of the template."""
        return load_texts("workbook_templates", "texts.toml")[key].show(self.language, **found)

    def short(self, kpi: str) -> str:
        """A KPI's short name."""
        return catalogue()[kpi].short.show(self.language)

    def sheet(self, key: str, widths: Sequence[float], *, note: str = "", one_page: bool = False) -> Worksheet:
        """A new sheet: column A a margin, the others `widths` wide; title, period and note on top."""
        sheet: Worksheet = self.workbook.create_sheet(self.say(f"sheets.{key}"))
        sheet.sheet_view.showGridLines = False
        sheet.sheet_view.zoomScale = 90
        sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = ROW_HEIGHT, True
        for number, width in enumerate([1.5, *widths], start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        self._print_setup(sheet, one_page=one_page)
        if key != "summary":
            self.put(sheet, "B1", self.say(f"titles.{key}"), font=style.TITLE)
            self.put(sheet, "B2", "=report_subtitle", font=style.SUBTITLE)
            sheet.row_dimensions[1].height = 26
            sheet.row_dimensions[2].height = 18
            self.lines(sheet, 3, note, sum(widths))
        return sheet

    def _print_setup(self, sheet: Worksheet, *, one_page: bool) -> None:
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 9
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 1 if one_page else 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        margins = sheet.page_margins
        margins.left = margins.right = 0.45
        margins.top, margins.bottom, margins.header, margins.footer = 0.5, 0.65, 0.3, 0.3
        sheet.print_options.horizontalCentered = False
        for part, code in (("left", "&F"), ("center", "&A  ·  &D"), ("right", f"{self.say('footer.page')} &P / &N")):
            footer = getattr(sheet.oddFooter, part)
            footer.text, footer.size, footer.font = code, 8, f"{style.FAMILY},Regular"

    def put(
        self,
        sheet: Worksheet,
        at: str,
        value: object = None,
        *,
        name: str = "",
        font: Font = style.FONT,
        align: Alignment = style.LEFT,
        border: Border | None = None,
        fill: PatternFill | None = None,
        format: str = "General",  # noqa: A002  the field's own word
    ) -> Cell:
        """A cell with its looks, and its defined name where it has one."""
        cell: Cell = sheet[at]
        cell.value = value  # type: ignore[assignment]
        cell.font, cell.alignment, cell.number_format = font, align, in_language(format, self.language)
        if border is not None:
            cell.border = border
        if fill is not None:
            cell.fill = fill
        if name:
            where = f"{quote_sheetname(sheet.title)}!{absolute_coordinate(at)}"
            self.workbook.defined_names[name] = DefinedName(name, attr_text=where)
            self.filled.add((sheet.title, at))
        return cell

    def lines(self, sheet: Worksheet, row: int, text: str, width: float) -> int:
        """A paragraph as one line a row (no merged cells); the next free row."""
        for line in textwrap.wrap(text, min(int(width * 1.25), _LONGEST_LINE)):
            self.put(sheet, f"B{row}", line, font=style.SMALL)
            row += 1
        return row

    def headers(self, sheet: Worksheet, row: int, texts: Sequence[str], *, numbers: Sequence[int] = ()) -> None:
        """A row of column headers from column B on; those in `numbers` stand above figures."""
        for i, text in enumerate(texts):
            align = style.HEAD_RIGHT if i in numbers else style.HEAD_TEXT if i else style.HEAD_LEFT
            at = f"{get_column_letter(i + 2)}{row}"
            self.put(sheet, at, text, font=style.HEADER, align=align, fill=style.HEADER_FILL, border=style.HEAD)
        sheet.row_dimensions[row].height = 30

    def table(
        self,
        sheet: Worksheet,
        name: str,
        row: int,
        formats: Mapping[str, str],
        *,
        rows: int = 1,
        filtered: bool = False,
    ) -> int:
        """An Excel table with its header at `row`: `formats` gives each column's id and number format ("" is text).

        Returns the next free row. Its body has `rows` rows; the filler adds more where more is known.
        """
        last = row + rows
        for i, (column, number_format) in enumerate(formats.items()):
            letter = get_column_letter(2 + i)
            figure = bool(number_format)
            text = contract.header(name, column, self.language)
            align = style.HEAD_RIGHT if figure else style.HEAD_TEXT if i else style.HEAD_LEFT
            self.put(
                sheet,
                f"{letter}{row}",
                text,
                font=style.HEADER_SMALL if len(formats) > 8 else style.HEADER,
                align=align,
                fill=style.HEADER_FILL,
                border=style.HEAD,
            )
            for body in range(row + 1, last + 1):
                self.put(
                    sheet,
                    f"{letter}{body}",
                    align=style.RIGHT if figure else style.TEXT_WRAP if i else style.WRAP,
                    border=style.ROW,
                    format=number_format or "General",
                )
            self.spans[name, column] = Span(sheet, 2 + i, row + 1, last)
        ref = f"{get_column_letter(2)}{row}:{get_column_letter(len(formats) + 1)}{last}"
        table = Table(displayName=name, ref=ref)
        table.tableStyleInfo = TableStyleInfo(name=None, showRowStripes=False)
        for i, column in enumerate(formats, start=1):
            table.tableColumns.append(TableColumn(id=i, name=contract.header(name, column, self.language)))
        if filtered:  # elsewhere the filter's buttons would cover the figures' headers
            table.autoFilter = AutoFilter(ref=ref)
        sheet.add_table(table)
        sheet.row_dimensions[row].height = 40 if len(formats) > 8 else 28
        return last + 1

    def fit_rows(self) -> None:
        """Make rows as high as their own wrapped texts need; those with cells that follow the data are the filler's."""
        for sheet in self.workbook.worksheets:
            for number, row in enumerate(sheet.iter_rows(), start=1):
                wrapped = [cell for cell in row if isinstance(cell, Cell) and cell.alignment.wrap_text]
                texts = [cell for cell in wrapped if cell.value is not None]
                if not texts or sheet.row_dimensions[number].height is not None or any(map(self._follows, wrapped)):
                    continue
                needed = max(_height(sheet, cell) for cell in texts)
                if needed > ROW_HEIGHT:
                    sheet.row_dimensions[number].height = round(needed * 4) / 4

    def _follows(self, cell: Cell) -> bool:
        """Whether a cell's text follows from the data."""
        return cell.data_type == "f" or (cell.parent.title, cell.coordinate) in self.filled

    def frozen(self, sheet: Worksheet, at: str, title_rows: str) -> None:
        """Panes frozen above and left of `at`; the rows `title_rows` (e.g. "1:4") repeated on each printed page."""
        sheet.freeze_panes = at
        sheet.print_title_rows = title_rows

    def kpi_formats(self, kpis: Sequence[str], *ends: str) -> dict[str, str]:
        """The columns of KPIs in a table with their formats: the value and those of `ends` that the KPI has."""
        found: dict[str, str] = {}
        for kpi in kpis:
            meaning = catalogue()[kpi]
            found[kpi] = style.FORMATS[meaning.unit]
            for end in ends:
                if end == "status" and not rated_by_group(kpi):
                    continue
                unit = "count" if end == "n" else meaning.unit
                found[f"{kpi}_{end}"] = "" if end == "status" else style.FORMATS[unit]
        return found
