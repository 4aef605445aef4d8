"""What charts keep of the cells they show: written anew where it is known, else taken away.

A preview, a phone or a mail shows these figures, and never those of the cells. A chart without a cache is drawn from
its cells when the workbook is opened; one with a stale cache may not be.
"""

from __future__ import annotations

from collections.abc import Callable

from addin.ooxml.cell_sources import FilledCell, FilledRow, Source
from addin.ooxml.chart_parts import Cache, caches
from addin.ooxml.chart_points import PointsSlot, column_of
from addin.ooxml.sheet_cut import Cut, Piece, spliced
from addin.ooxml.xml_part import Edit, Part, attribute, content, quoted

_NUMERIC = {"numCache", "numDim"}
_DROPPED = {"multiLvlStrCache", "dlblRangeCache"}  # of several levels; of labels, which show numbers by their formats


def refreshed(
    part: Part,
    edits: list[Edit],
    is_stale: Callable[[str], bool],
    sources: Callable[[str], list[Source] | None],
    *,
    epoch_1904: bool,
) -> list[Piece] | None:
    """The chart with `edits` made and with places for the points that a fill changes; None where nothing changes.

    `is_stale` tells which references read changed cells, `sources` what such cells show, as far as that is known.
    """
    cuts = [Cut(start, end, (text.decode("utf-8"),)) for start, end, text in edits]
    for cache in caches(part):
        formula = content(part, cache.reference)
        if not is_stale(formula):
            continue
        single = len(cache.caches) == 1 and cache.caches[0].local not in _DROPPED
        known = sources(formula) if single else None
        if known is None:
            cuts += [Cut(each.start, each.end, ()) for each in cache.caches]
        elif any(isinstance(each, FilledCell | FilledRow) for each in known):
            old = cache.caches[0]
            cuts.append(Cut(old.start, old.end, (_slot(part, cache, known, epoch_1904=epoch_1904),)))
    return spliced(part.data, cuts) if cuts else None


def _slot(part: Part, cache: Cache, sources: list[Source], *, epoch_1904: bool) -> PointsSlot:
    """A cache's element with places for its points; formats, also those of single points, are kept."""
    old = cache.caches[0]
    prefix = old.name.rpartition(old.local)[0]
    formats = {each.attributes.get("idx"): each.attributes.get("formatCode") for each in old.all("pt")}
    starts = []
    for index in range(len(sources)):
        code = formats.get(str(index))
        told = "" if code is None else f' formatCode="{quoted(code)}"'
        starts.append(f'<{prefix}pt idx="{index}"{told}>')
    if old.local == "lvl":
        count = attribute(part, old, "ptCount", str(len(sources)))
        tag = part.data[old.start : count.start] + count.text + part.data[count.end : old.inner]
        opening, end = tag.decode().removesuffix(">").removesuffix("/") + ">", f"</{prefix}pt>"
    else:
        code_of_all = old.child("formatCode")
        opening = part.data[old.start : old.inner].decode().removesuffix(">").removesuffix("/") + ">"
        opening += part.data[code_of_all.start : code_of_all.end].decode() if code_of_all else ""
        opening += f'<{prefix}ptCount val="{len(sources)}"/>'
        starts = [f"{start}<{prefix}v>" for start in starts]
        end = f"</{prefix}v></{prefix}pt>"
    extension = old.child("extLst")
    closing = part.data[extension.start : extension.end].decode() if extension else ""
    numeric = old.local in _NUMERIC or cache.holder.local in _NUMERIC
    closing = f"{closing}</{old.name}>"
    column = column_of(sources)
    return PointsSlot(opening, tuple(starts), end, closing, tuple(sources), numeric, epoch_1904, column)
