"""The pictures: native Excel charts over the tables' columns."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)

from workbook_templates import style
from workbook_templates.book import Span


def reference(span: Span, *, header: bool = False) -> Reference:
    """A table column's body, with its header where wanted."""
    first = span.first - 1 if header else span.first
    return Reference(span.sheet, min_col=span.column, max_col=span.column, min_row=first, max_row=span.last)


def trend(
    title: str,
    axis: str,
    months: Span,
    value: Span,
    limit: Span | None,
    few: Span | None,
    number_format: str,
    *,
    zero: bool,
) -> LineChart:
    """A KPI over the months with its limit as a dashed line; months without a figure break the line."""
    chart = LineChart()
    _prepare(chart, title, axis, number_format)
    line = Series(reference(value), title_from_data=False)
    _title_from(line, value)
    line.graphicalProperties.line = LineProperties(solidFill=style.ACCENT, w=28575)
    line.marker.symbol, line.marker.size = "circle", 6
    line.marker.graphicalProperties = GraphicalProperties(solidFill=style.ACCENT)
    line.marker.graphicalProperties.line.solidFill = style.ACCENT
    line.smooth = False
    chart.series.append(line)
    if limit is not None:
        dashed = Series(reference(limit), title_from_data=False)
        _title_from(dashed, limit)
        dashed.graphicalProperties.line = LineProperties(solidFill=style.LIMIT, w=19050, prstDash="dash")
        dashed.marker.symbol = "none"
        dashed.smooth = False
        chart.series.append(dashed)
    if few is not None:
        faint = Series(reference(few), title_from_data=False)
        _title_from(faint, few)
        faint.graphicalProperties.line = LineProperties(noFill=True)
        faint.marker.symbol, faint.marker.size = "circle", 7
        faint.marker.graphicalProperties = GraphicalProperties(solidFill=style.FAINT)
        faint.marker.graphicalProperties.line = LineProperties(solidFill=style.QUIET, w=12700)
        faint.smooth = False
        chart.series.append(faint)
    chart.set_categories(reference(months))
    chart.x_axis.number_format = "m/yy"
    chart.x_axis.tickLblPos = "low"
    if zero:
        chart.y_axis.scaling.min = 0
    return chart


def bars(
    title: str,
    axis: str,
    categories: Span,
    values: list[Span],
    colours: list[str],
    *,
    stacked: bool = False,
    counts: bool = False,
) -> BarChart:
    """Horizontal bars, the first category on top; columns beside each other or stacked; `counts` writes the values."""
    chart = BarChart()
    chart.type = "bar"
    _prepare(chart, title, axis, "#,##0")
    for span, colour in zip(values, colours, strict=True):
        series = Series(reference(span), title_from_data=False)
        _title_from(series, span)
        series.graphicalProperties = GraphicalProperties(solidFill=colour)
        series.graphicalProperties.line.noFill = True
        series.invertIfNegative = False
        chart.series.append(series)
    for series in chart.series:
        series.cat = AxDataSource(strRef=StrRef(str(reference(categories))))
    chart.grouping = "stacked" if stacked else "clustered"
    chart.overlap = 100 if stacked else -5
    chart.gapWidth = 45
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.crosses = "max"
    chart.y_axis.scaling.min = 0
    chart.y_axis.majorUnit = None
    if counts:
        chart.dataLabels = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
        chart.dataLabels.txPr = _text(800)
    if len(values) == 1:
        chart.legend = None
    return chart


def placed(sheet: Any, chart: Any, at: str, width: float, height: float) -> None:
    """Put a chart with its upper left corner on a cell; width and height [cm]."""
    chart.width, chart.height = width, height
    sheet.add_chart(chart, at)


def _title_from(series: Any, span: Span) -> None:
    header = Reference(
        span.sheet, min_col=span.column, max_col=span.column, min_row=span.first - 1, max_row=span.first - 1
    )
    series.tx = SeriesLabel(strRef=StrRef(str(header)))


def _prepare(chart: Any, title: str, axis: str, number_format: str) -> None:
    chart.title = _words(title, 1100, bold=True)
    chart.title.overlay = False
    chart.roundedCorners = False
    chart.display_blanks = "gap"
    chart.legend.position = "b"
    chart.legend.txPr = _text(800)
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.title = _words(axis, 800)
    chart.y_axis.title.overlay = False
    chart.y_axis.number_format = number_format
    chart.y_axis.numFmt.sourceLinked = False
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E4E7EB", w=6350))
    chart.x_axis.txPr = chart.y_axis.txPr = _text(800)
    chart.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=style.LINE))
    chart.y_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    chart.graphical_properties = GraphicalProperties(
        solidFill="FFFFFF", ln=LineProperties(solidFill=style.LINE, w=6350)
    )


def _text(size: int) -> RichText:
    properties = _characters(size)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=properties), endParaRPr=properties)
    paragraph.r = []  # only how text looks: openpyxl would add an empty piece of text
    return RichText(bodyPr=RichTextProperties(), p=[paragraph])


def _characters(size: int, *, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(sz=size, b=bold, solidFill=style.INK, latin=Font(typeface=style.FAMILY))


def _words(text: str, size: int, *, bold: bool = False) -> Title:
    properties = _characters(size, bold=bold)
    run = RegularTextRun(rPr=properties, t=text)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=properties), r=[run])
    return Title(tx=Text(rich=RichText(bodyPr=RichTextProperties(), p=[paragraph])))
