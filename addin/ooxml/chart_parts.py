"""The parts that hold charts: their references to cells, and what they keep of these cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from addin.ooxml.xml_part import Element, Part, elements

CONTENT_TYPES = (
    "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
    "application/vnd.ms-office.chartex+xml",
)
_CACHES = {"numCache", "strCache", "multiLvlStrCache", "lvl", "dlblRangeCache"}
_REFERENCES = {"f", "sqref"}  # sqref: all of a series that is filtered (c15:fullRef)


class Cache(NamedTuple):
    """A reference to cells and what the chart keeps of them; in a chartex `holder` is the dimension around both."""

    reference: Element
    holder: Element
    caches: list[Element]


def caches(part: Part) -> Iterator[Cache]:
    """The caches of a chart."""
    for element in elements(part).walk():
        reference = element.child("f")
        found = [child for child in element.children if child.local in _CACHES]
        if reference and found:
            yield Cache(reference, element, found)


def references(part: Part) -> list[Element]:
    """The elements of a chart that hold a reference to cells."""
    return [each for each in elements(part).walk() if each.local in _REFERENCES and not each.children]
