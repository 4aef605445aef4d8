"""Charts on a sheet: those that would show nothing leave it, bars get room as their table grows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from addin.ooxml.addresses import Area
from addin.ooxml.changes import Changes
from addin.ooxml.references import uses
from addin.ooxml.relationships import Relationships, relationships
from addin.ooxml.request import Fit
from addin.ooxml.table_growth import Growth
from addin.ooxml.tables import Table, header_text
from addin.ooxml.template import Template
from addin.ooxml.xml_part import Edit, Element, Part, attribute, content, elements

_ANCHORS = ("oneCellAnchor", "twoCellAnchor", "absoluteAnchor")


class DrawnChart(NamedTuple):
    """A chart with the anchor that says where it stands."""

    part: Part
    root: Element
    anchor: Element
    corner: Element | None

    def series(self, *kinds: str) -> Iterator[tuple[str, Area]]:
        """The sheet and the area of each reference of its series: `val` what is drawn, `cat` along which."""
        for ser in self.root.walk():
            for kind in kinds if ser.local == "ser" else ():
                data = ser.child(kind)
                for element in data.walk() if data else ():
                    found = uses(content(self.part, element)).areas if element.local == "f" else ()
                    yield from ((area.sheet.casefold(), area.area) for area in found if area.sheet)

    @property
    def lies(self) -> bool:
        """Whether it has horizontal bars, one below the other."""
        return any(each.local == "barDir" and each.attributes.get("val") == "bar" for each in self.root.walk())


def drawn_charts(template: Template, drawing: Part, rels: Relationships) -> list[DrawnChart]:
    """The charts of a drawing in its order; groups of shapes are no charts."""
    found = []
    for anchor in elements(drawing).children:
        shown = [each for each in anchor.walk() if each.local == "chart"] if anchor.local in _ANCHORS else []
        if len(shown) != 1:
            continue
        identity = next((text for name, text in shown[0].attributes.items() if name.endswith(":id")), "")
        name = rels.target(identity)
        if name in template.charts:
            part = template.part(name)
            found.append(DrawnChart(part, elements(part), anchor, anchor.child("from")))
    return found


def without_charts(changes: Changes, empty: frozenset[tuple[str, str]]) -> None:
    """Take away the charts that draw one of these table columns; those that stay close the gaps."""
    template = changes.template
    areas = {_column(template.tables[table.casefold()], header) for table, header in empty}

    def stays(chart: DrawnChart) -> bool:
        return not areas & set(chart.series("val"))

    for drawing, rels in _drawings(template):
        charts = drawn_charts(template, drawing, rels)
        kept = [chart for chart in charts if stays(chart)]
        if len(kept) == len(charts):
            continue
        edits = _moved(drawing, charts, kept)
        for chart in charts:
            if chart not in kept:
                edits.append(Edit(chart.anchor.start, chart.anchor.end, b""))
                _remove(changes, chart.part.name, rels)
        changes.edit(drawing, edits)


def _moved(drawing: Part, charts: list[DrawnChart], kept: list[DrawnChart]) -> list[Edit]:
    """The edits that put each chart that stays in the place of the first one that is free."""
    return [
        Edit(chart.corner.start, chart.corner.end, drawing.data[place.corner.start : place.corner.end])
        for chart, place in zip(kept, charts, strict=False)
        if chart is not place and chart.corner and place.corner and chart.anchor.local == "oneCellAnchor"
    ]


def _remove(changes: Changes, chart: str, rels: Relationships) -> None:
    """Take a chart's part away, with what only it points at (its style and colours)."""
    template = changes.template
    own = relationships(template.package, chart)
    gone = [chart, *(each.target for each in own.all if each.kind in ("chartStyle", "chartColorStyle"))]
    for name in gone:
        changes.edit(template.types.part, template.types.without(name))
    assert rels.part is not None, "the chart was found through it"
    changes.edit(rels.part, rels.without(chart))
    changes.removed |= {*gone, *([own.name] if own.part else [])}


def with_room(changes: Changes, growths: list[Growth], fit: Fit) -> None:
    """Make charts of horizontal bars as high as the rows of their tables ask for."""
    template = changes.template
    for drawing, rels in _drawings(template):
        edits = []
        for chart in drawn_charts(template, drawing, rels):
            size = chart.anchor.child("ext")
            if chart.part.name in changes.removed or not chart.lies or size is None:
                continue
            rows = max((growth.rows for growth in growths if _draws(chart, growth.table)), default=0)
            needed = fit.frame + fit.bar * rows if rows else 0
            if needed > int(size.attributes.get("cy", "0")):
                edits.append(attribute(drawing, size, "cy", str(needed)))
        changes.edit(drawing, edits)


def _draws(chart: DrawnChart, table: Table) -> bool:
    home, body = table.sheet.name.casefold(), table.body
    return any(
        sheet == home and (area.top, area.bottom) == (body.top, body.bottom) and body.left <= area.left <= body.right
        for sheet, area in chart.series("val", "cat")
    )


def _column(table: Table, header: str) -> tuple[str, Area]:
    column = table.body.left + [header_text(each.name) for each in table.columns].index(header)
    return table.sheet.name.casefold(), table.body._replace(left=column, right=column)


def _drawings(template: Template) -> Iterator[tuple[Part, Relationships]]:
    for sheet in template.book.sheets:
        for each in relationships(template.package, sheet.part).of_kind("drawing"):
            if template.package.find(each.target):
                yield template.part(each.target), relationships(template.package, each.target)
