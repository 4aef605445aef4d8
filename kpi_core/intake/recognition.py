"""What a sheet is: the layout whose signature its header row carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpi_core.folding import folded_header
from kpi_core.intake.layouts import Layout
from kpi_core.intake.source import IntakeError
from kpi_core.intake.steering import unsteered

_SEARCHED = 40  # rows among which the header is looked for: reports carry a preamble


@dataclass(frozen=True)
class Recognition:
    """A header row and what it says: the layout (None: unknown) and which columns match it."""

    place: int
    headers: tuple[str, ...]
    layout: Layout | None
    matches: Mapping[str, list[int]]

    @property
    def certainty(self) -> float:
        """1 for a CRM's own signature; for plain headers the share of the file's headers that were understood."""
        if self.layout is None:
            return 0.0
        if self.layout.signature:
            return 1.0
        return sum(len(places) for places in self.matches.values()) / max(1, sum(1 for name in self.headers if name))


def recognise(rows: Sequence[Sequence[Any]], layouts: Sequence[Layout], file: str) -> Recognition:
    """Find the header row and its layout. Raises IntakeError for no row, and where two layouts fit equally well."""
    if not rows:
        raise IntakeError("empty_file", file=file)
    candidates = [(place, headers_of(row)) for place, row in enumerate(rows[:_SEARCHED])]
    for place, headers in candidates:
        if sum(1 for header in headers if header) < 2:
            continue
        if fitting := fitting_layout(headers, layouts, file):
            return Recognition(place, headers, *fitting)
    texts = [sum(1 for header in headers if header and not header[0].isdigit()) for _, headers in candidates]
    place, headers = candidates[texts.index(max(texts))]
    return Recognition(place, headers, None, {})


def headers_of(row: Sequence[Any]) -> tuple[str, ...]:
    """A row's cells as headers; the blank cells at the end are no columns."""
    headers = [unsteered(str(cell)).strip() for cell in row]
    while headers and not headers[-1]:
        headers.pop()
    return tuple(headers)


def fitting_layout(
    headers: Sequence[str], layouts: Sequence[Layout], file: str
) -> tuple[Layout, dict[str, list[int]]] | None:
    """The most telling layout that the headers satisfy: the user's own first, then the longest signature."""
    folded = frozenset(folded_header(header) for header in headers if header)
    fits: list[tuple[tuple[bool, int, int], Layout, dict[str, list[int]]]] = []
    for layout in layouts:
        if not layout.primary or not layout.signed(folded):
            continue
        matches = layout.match(headers)
        if not all(any(column in matches for column in columns) for columns in layout.needs):
            continue
        fits.append(((layout.own, len(layout.signature), len(matches)), layout, matches))
    if not fits:
        return None
    fits.sort(key=lambda fit: fit[0], reverse=True)
    best = fits[0]
    if len(fits) > 1 and fits[1][0] == best[0] and fits[1][1].table != best[1].table:
        raise IntakeError("layout_ambiguous", file=file, one=best[1].name, other=fits[1][1].name)
    return best[1], best[2]
