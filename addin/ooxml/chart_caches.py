"""The figures that charts keep of the cells they show: out of date once those cells change, so taken away."""

from __future__ import annotations

from collections.abc import Callable

from addin.ooxml.xml_part import Edit, Element, Part, content, elements

CONTENT_TYPES = (
    "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
    "application/vnd.ms-office.chartex+xml",
)
_CACHES = {"numCache", "strCache", "multiLvlStrCache", "lvl"}


def stale_caches(part: Part, is_stale: Callable[[str], bool]) -> list[Edit]:
    """The edits that take away the caches of references for which `is_stale` holds.

    A chart without a cache is drawn from its cells when the workbook is opened; one with a stale cache may not be.
    """
    edits = []
    for reference, caches in _cached(part):
        if is_stale(content(part, reference)):
            edits += [Edit(cache.start, cache.end, b"") for cache in caches]
    return edits


def references(part: Part) -> list[Element]:
    """The elements of a chart that hold a reference to cells."""
    return [each for each in elements(part).walk() if each.local == "f" and not each.children]


def _cached(part: Part) -> list[tuple[Element, list[Element]]]:
    found = []
    for element in elements(part).walk():
        reference = element.child("f")
        caches = [child for child in element.children if child.local in _CACHES]
        if reference and caches:
            found.append((reference, caches))
    return found
