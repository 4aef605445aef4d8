"""Ids as digests of 64 bits: ten million of them are compared in the memory of ten million numbers.

Ids that share a digest are told apart by a second one of another seed, so that a mistake needs 128 equal bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kpi_core.intake.steering import unsteered
from kpi_core.words import signs

if TYPE_CHECKING:
    import pyarrow as pa

Digests = np.ndarray[Any, np.dtype[np.uint64]]

_MULTIPLIERS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93))
_SPACE, _DELETE, _BEYOND_ASCII = 0x20, 0x7F, 0x80
_LEADS_C1, _LEADS_NO_CHARACTERS = 0xC2, 0xEF  # the first bytes of U+0080 to U+00BF, and of U+F000 to U+FFFF
_WORD = 8  # letters that are mixed in at a time


def digests(ids: pa.ChunkedArray | pa.Array, seed: int = 0) -> tuple[Digests, np.ndarray[Any, np.dtype[np.bool_]]]:
    """A digest of each id as `bare` reads it, and which ids are blank."""
    import pyarrow as pa

    one, text, ends = text_of(ids)
    blank = one.is_null().to_numpy(zero_copy_only=False) if one.null_count else np.zeros(len(one), bool)
    found = _of_text(text, ends, seed)
    dressed = np.flatnonzero(_may_have_spaces(text, ends) | _may_steer(text, ends))
    cells = one.take(pa.array(dressed)).to_pylist()
    changed = {place: bare(cell) for place, cell in zip(dressed.tolist(), cells, strict=True) if cell != bare(cell)}
    if changed:
        found[list(changed)] = digests(pa.array(changed.values(), pa.string()), seed)[0]
    return found, blank | np.isin(found, _blank_digests(seed))


def text_of(column: pa.ChunkedArray | pa.Array) -> tuple[pa.StringArray, Any, Any]:
    """A column as one array of texts, the bytes of all of them, and where each begins and the last one ends."""
    import pyarrow as pa

    one = column if pa.types.is_string(column.type) else column.cast(pa.string())
    if isinstance(one, pa.ChunkedArray):
        one = pa.concat_arrays(one.chunks) if one.num_chunks != 1 else one.chunk(0)
    _, offsets, data = one.buffers()
    ends = np.frombuffer(offsets, "int32")[one.offset : one.offset + len(one) + 1]
    return one, np.frombuffer(data, "uint8") if data is not None else np.zeros(0, "uint8"), ends


def bare(cell: str) -> str:
    """An id without the spaces around it and without characters that steer, as the ordinary intake reads it."""
    return unsteered(cell.strip()).strip()


def _blank_digests(seed: int) -> Digests:
    texts = [word.encode() for word in ["", *sorted(signs("blank"))]]
    ends = np.cumsum([0, *map(len, texts)]).astype("int32")
    return _of_text(np.frombuffer(b"".join(texts), "uint8"), ends, seed)


def _may_have_spaces(text: Any, ends: Any) -> Any:
    """Which texts begin or end with a space or with a letter beyond ASCII."""
    some = ends[1:] > ends[:-1]
    found = np.zeros(len(some), bool)
    for edge in (text[ends[:-1][some]], text[ends[1:][some] - 1]):
        found[some] |= (edge <= _SPACE) | (edge >= _BEYOND_ASCII)
    return found


def _may_steer(text: Any, ends: Any) -> Any:
    """Which texts hold a character below the space, the deleting one, or what begins as those beyond ASCII do."""
    inner = text[ends[0] : ends[-1]]
    odd = (inner < _SPACE) | (inner == _DELETE)
    if len(inner) and inner.max() >= _BEYOND_ASCII:
        odd |= (inner == _LEADS_C1) | (inner == _LEADS_NO_CHARACTERS)
    found = np.zeros(len(ends) - 1, bool)
    found[np.searchsorted(ends, np.flatnonzero(odd) + ends[0], "right") - 1] = True
    return found


def _of_text(text: Any, ends: Any, seed: int) -> Digests:
    lengths = np.diff(ends)
    if len(lengths) and lengths.min() == lengths.max():  # a CRM's ids mostly are of one length
        length = int(lengths[0])
        return _of_equal(text[ends[0] : ends[-1]].reshape(len(lengths), length), seed)
    found = np.empty(len(lengths), "uint64")
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length)
        found[rows] = _of_equal(text[ends[:-1][rows][:, None] + np.arange(length)], seed)
    return found


def _of_equal(texts: Any, seed: int) -> Digests:
    """The digests of texts of one length: eight letters at a time, the last eight once more where some remain."""
    rows, length = texts.shape
    if length < _WORD:
        texts = np.concatenate([texts, np.zeros((rows, _WORD - length), "uint8")], axis=1)
    width = texts.shape[1]
    mixed = np.full(rows, length + 1, "uint64") * _MULTIPLIERS[seed]
    for place in dict.fromkeys([*range(0, width - _WORD + 1, _WORD), width - _WORD]):
        mixed ^= np.ascontiguousarray(texts[:, place : place + _WORD]).view("uint64")[:, 0]
        mixed *= _MULTIPLIERS[seed]
        mixed ^= mixed >> np.uint64(29 + 3 * seed)
        mixed *= _MULTIPLIERS[1 - seed]
        mixed ^= mixed >> np.uint64(32)
    return mixed


def repeated(found: Digests) -> Digests:
    """The digests that occur more than once, in order; sorts `found` in place."""
    found.sort()
    return np.unique(found[1:][found[1:] == found[:-1]])
