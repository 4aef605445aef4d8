"""A layout with values in it: what each fill costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from addin.ooxml.cells import SURELY_SHORT, number_texts
from addin.ooxml.layout import Layout
from addin.ooxml.sheet_page import Run
from addin.ooxml.slots import Show, constant
from addin.ooxml.values import Bodies, Value
from addin.ooxml.xml_part import escaped

Columns = tuple[tuple[Value, ...], ...]


def filled(layout: Layout, values: Mapping[str, Value], bodies: Mapping[str, Columns], show: Show) -> bytes:
    """The package of a layout with these values in it."""
    rows = {name: frame.rows(bodies[name]) for name, frame in layout.tables.items()}
    words: dict[str, str] = {}

    def texts() -> dict[str, str]:
        """The values as they read inside sentences; most workbooks have none."""
        if not words:
            words.update({key: show(constant(value)) for key, value in values.items()})
        return words

    floats = {key: value for key, value in values.items() if type(value) is float}
    numbers = dict(zip(floats, number_texts(tuple(floats.values())) or (), strict=False))
    packed = []
    for page in layout.pages:
        runs = [_text(each, values, numbers, texts, rows, bodies) for each in page.segments if isinstance(each, Run)]
        packed.append(page.packed(runs))
    return layout.assembly.close(packed)


def _text(
    run: Run,
    values: Mapping[str, Value],
    numbers: Mapping[str, str],
    texts: Callable[[], dict[str, str]],
    rows: Mapping[str, list[str]],
    bodies: Bodies,
) -> str:
    """The text of a run. Numbers and short texts, nearly all that is ever filled, take no call of their own."""
    pieces = list(run.pieces)
    for place, key, number, text, ends, slot in run.slots:
        if key in numbers:
            pieces[place] = f"{number}{numbers[key]}{ends[0]}"
            continue
        value = values[key]
        if type(value) is str and _is_quick(value):
            pieces[place] = f"{text}{escaped(value)}{ends[1]}"
        else:
            pieces[place] = slot.xml(value)
    for place, slot in run.ruled:
        pieces[place] = slot.xml(values[slot.key])
    for place, sentence in run.sentences:
        pieces[place] = sentence.xml(texts())
    for places, table, body_rows in run.rows:
        pieces[places] = rows[table][body_rows]
    for place, derived in run.derived:
        pieces[place] = derived.xml(values, bodies)
    return "".join(pieces)


def _is_quick(text: str) -> bool:
    """Whether a text needs no more than the escapes of XML: no control letters, no edge spaces, no _x000A_."""
    return text.isprintable() and text[:1] != " " and text[-1:] != " " and "_x" not in text and len(text) < SURELY_SHORT
