"""Charts over tables: they grow with them, and those with nothing to show are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openpyxl import Workbook

from addin.fill.writer.places import Body

_ROW = 200_000  # EMU a bar's row, about 5.5 mm
_FRAME = 1_500_000  # title, axis and legend


def follow(workbook: Workbook, before: Body, after: Body) -> None:
    """Let every series over a table's column cover the table's new body; bar charts grow with their rows."""
    moved = {_plain(before.ref(column)): after.ref(column) for column in before.columns}
    for _, chart in _charts(workbook):
        touched = False
        for source in _sources(chart):
            if _plain(source.f) in moved:
                source.f = moved[_plain(source.f)]
                touched = True
        if touched and getattr(chart, "barDir", "") == "bar" and hasattr(chart.anchor, "ext"):
            needed = _FRAME + _ROW * (after.last - after.first + 1)
            chart.anchor.ext.height = max(chart.anchor.ext.height, needed)


def drop(workbook: Workbook, empty: frozenset[tuple[str, str]], bodies: Mapping[str, Body]) -> None:
    """Leave out the charts that show one of these columns; those that stay on the sheet close the gaps."""
    refs = {_plain(bodies[table].ref(column)) for table, column in empty if column in _columns(bodies, table)}
    for sheet in workbook.worksheets:
        charts: list[Any] = list(_on(sheet))
        corners = [chart.anchor._from for chart in charts]
        kept = [chart for chart in charts if not refs & set(_values(chart))]
        if len(kept) < len(charts):
            _on(sheet)[:] = kept
            for chart, corner in zip(kept, corners, strict=False):
                chart.anchor._from = corner


def _on(sheet: Any) -> list[Any]:
    charts: list[Any] = sheet._charts
    return charts


def _values(chart: Any) -> Iterator[str]:
    return (_plain(series.val.numRef.f) for series in chart.series if series.val and series.val.numRef)


def restored(workbook: Workbook) -> None:
    """What openpyxl forgets of a chart when it loads it: square corners, and that a text's looks hold no text."""
    for _, chart in _charts(workbook):
        chart.roundedCorners = False
        for part in (*_axes(chart), chart.legend, getattr(chart, "dataLabels", None)):
            looks = getattr(part, "txPr", None)
            for paragraph in looks.p if looks else ():
                paragraph.r = []


def _axes(chart: Any) -> Iterator[Any]:
    for part in chart._charts:
        yield from (part.x_axis, part.y_axis)


def _columns(bodies: Mapping[str, Body], table: str) -> Mapping[str, int]:
    return bodies[table].columns if table in bodies else {}


def _charts(workbook: Workbook) -> Iterator[tuple[Any, Any]]:
    for sheet in workbook.worksheets:
        for chart in _on(sheet):
            yield sheet, chart


def _sources(chart: Any) -> Iterator[Any]:
    """The references of a chart's series: values and categories (those of combined charts too)."""
    for part in chart._charts:
        for series in part.series:
            for data in (series.val, series.cat, getattr(series, "xVal", None), getattr(series, "yVal", None)):
                for kind in ("numRef", "strRef"):
                    source = getattr(data, kind, None)
                    if source is not None:
                        yield source


def _plain(ref: str) -> str:
    """A reference without its quotes and dollar signs, so that spellings of the same range compare equal."""
    sheet, _, cells = ref.replace("$", "").replace("'", "").rpartition("!")
    first, _, last = cells.partition(":")
    return f"{sheet}!{first}:{last or first}"
