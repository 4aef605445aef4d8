"""A layout with values in it: what each fill costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress

from addin.ooxml.cells import number_bytes, short_bytes
from addin.ooxml.layout import Layout
from addin.ooxml.slots import Show, constant
from addin.ooxml.stencils import Filling, Stencil, stencil_of
from addin.ooxml.values import Bodies, Given, Value

_STENCILS_KEPT = 32
_NOTHING = Filling({}, {}, {}, dict)


def filled(layout: Layout, values: Mapping[str, Value], bodies: Bodies, show: Show) -> bytes:
    """The package of a layout with these values in it."""
    words: dict[str, str] = {}

    def texts() -> dict[str, str]:
        """The values as they read inside sentences; most workbooks have none."""
        if not words:
            words.update({key: show(constant(value)) for key, value in values.items()})
        return words

    rows = {name: frame.rows(bodies[name]) for name, frame in layout.tables.items()}
    stencil, numbers, short = _contents(layout, values)
    runs = stencil.filled(numbers, short, Filling(values, bodies, rows, texts))
    return layout.assembly.close([page.packed(each) for page, each in zip(layout.pages, runs, strict=True)])


def stencil_again(layout: Layout, values: Mapping[str, Value]) -> Stencil | None:
    """The stencil that `filled_again` takes for values of these names and kinds; None where it needs more than them."""
    stencil = layout.stencils.get((tuple(values), tuple(map(type, values.values()))))
    return None if stencil is None or stencil.single or layout.tables else stencil


def filled_again(layout: Layout, stencil: Stencil, given: Sequence[Given]) -> bytes | None:
    """The package with other numbers and short texts in it; None where one of them needs a look of its own."""
    numbers = number_bytes(tuple(compress(given, stencil.numbers)))  # type: ignore[arg-type]
    texts = short_bytes(tuple(compress(given, stencil.texts)))  # type: ignore[arg-type]
    if numbers is None or texts is None:
        return None
    runs = stencil.filled(numbers, texts, _NOTHING)
    return layout.assembly.close([page.packed(each) for page, each in zip(layout.pages, runs, strict=True)])


def _contents(layout: Layout, values: Mapping[str, Value]) -> tuple[Stencil, list[bytes], list[bytes]]:
    """The stencil for the values, its numbers and its short texts."""
    names, given = tuple(values), tuple(values.values())
    kinds = tuple(map(type, given))
    stencil = _stencil(layout, names, kinds)
    numbers = number_bytes(tuple(compress(given, stencil.numbers)))  # type: ignore[arg-type]
    texts = short_bytes(tuple(compress(given, stencil.texts)))  # type: ignore[arg-type]
    if numbers is None or texts is None:  # some of them need a look of their own
        kinds = tuple(map(_kind, given))
        stencil = _stencil(layout, names, kinds)
        numbers = number_bytes(tuple(compress(given, stencil.numbers)))  # type: ignore[arg-type]
        texts = short_bytes(tuple(compress(given, stencil.texts)))  # type: ignore[arg-type]
        assert numbers is not None, "each of them was tried"
        assert texts is not None, "each of them was tried"
    return stencil, numbers, texts


def _kind(value: Value) -> type:
    if type(value) is float:
        return object if number_bytes((value,)) is None else float
    if type(value) is str:
        return object if short_bytes((value,)) is None else str
    return type(value)


def _stencil(layout: Layout, names: Sequence[str], kinds: Sequence[type]) -> Stencil:
    found = layout.stencils.get((names, kinds))
    if found is None:
        if len(layout.stencils) >= _STENCILS_KEPT:
            layout.stencils.clear()
        found = layout.stencils[names, kinds] = stencil_of(layout.pages, names, kinds)
    return found
