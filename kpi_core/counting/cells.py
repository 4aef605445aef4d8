"""Sums by group and place: in one array where that is small enough, else of the places alone that occur."""

from __future__ import annotations

from typing import Any

import numpy as np

from kpi_core.counting.rows import Floats, Ints

_DENSE = 10_000_000  # numbers of 8 bytes that one array may hold
_SCATTERED = 4  # where there are so many times more cells than keys, only the cells met are touched
_WAITING = 4_000_000  # keys that wait to be merged


class Cells:
    """Sums in blocks of one shape, a block for each group."""

    def __init__(self, groups: int, *shape: int, kind: type = np.int64) -> None:
        self.groups, self.shape, self._kind = groups, shape, kind
        self.block = int(np.prod(shape, dtype="int64"))
        size = groups * self.block
        self._dense: np.ndarray[Any, Any] | None = np.zeros(size, dtype=kind) if size <= _DENSE else None
        self._keys: Ints = np.zeros(0, "int64")
        self._sums: np.ndarray[Any, Any] = np.zeros(0, kind)
        self._waiting: list[tuple[Ints, np.ndarray[Any, Any]]] = []

    def add(self, group: Ints, place: Ints, amounts: Floats | None = None, sign: int = 1) -> None:
        """Add amounts (1 each where there are none) at each row's place in its group's block."""
        if not len(group):
            return
        if self._dense is not None:
            keys = group * np.int32(self.block) + place
            if len(keys) * _SCATTERED < len(self._dense):
                np.add.at(self._dense, keys, self._kind(sign) if amounts is None else amounts * sign)
                return
            counted = np.bincount(keys, amounts, minlength=len(self._dense))
            if sign < 0:
                self._dense -= counted.astype(self._kind, copy=False)
            else:
                self._dense += counted.astype(self._kind, copy=False)
            return
        wide = group.astype("int64") * self.block + place
        keys, where = np.unique(wide, return_inverse=True)
        sums: np.ndarray[Any, Any] = np.bincount(where, amounts, minlength=len(keys)).astype(self._kind) * sign
        self._waiting.append((keys, sums))
        if sum(len(waiting) for waiting, _ in self._waiting) > max(_WAITING, len(self._keys)):
            self._merge()

    def of(self, group: int) -> np.ndarray[Any, Any]:
        """The block of one group."""
        if self._dense is not None:
            return self._dense[group * self.block : (group + 1) * self.block].reshape(self.shape)
        self._merge()
        first, after = np.searchsorted(self._keys, [group * self.block, (group + 1) * self.block])
        found: np.ndarray[Any, Any] = np.zeros(self.block, self._kind)
        found[self._keys[first:after] - group * self.block] = self._sums[first:after]
        return found.reshape(self.shape)

    def whole(self) -> np.ndarray[Any, Any]:
        """The sum of all blocks."""
        if self._dense is not None:
            return np.asarray(self._dense.reshape(self.groups, self.block).sum(0).reshape(self.shape))
        self._merge()
        total = np.bincount(self._keys % self.block, self._sums, minlength=self.block)
        return np.asarray(total.astype(self._kind).reshape(self.shape))

    def _merge(self) -> None:
        if not self._waiting:
            return
        keys, where = np.unique(np.concatenate([self._keys, *(keys for keys, _ in self._waiting)]), return_inverse=True)
        sums = np.concatenate([self._sums, *(sums for _, sums in self._waiting)])
        self._keys, self._sums = keys, np.bincount(where, sums, minlength=len(keys)).astype(self._kind)
        self._waiting = []
