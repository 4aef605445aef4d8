"""How fast a run goes, and how long the rest will take: by the last half minute, whatever the day's clock does."""

from __future__ import annotations

import time
from collections import deque

_SECONDS = 30.0


class Pace:
    """Workbooks a second over the last while; the start counts as its first moment."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque([(time.monotonic(), 0)])

    def told(self, done: int) -> None:
        """So many are done by now."""
        now = time.monotonic()
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[0][0] > _SECONDS:
            self._seen.popleft()

    @property
    def per_second(self) -> float:
        """The rate [1/s]; 0 before anything is done."""
        (began, before), (now, done) = self._seen[0], self._seen[-1]
        return (done - before) / (now - began) if now > began else 0.0

    def seconds_left(self, total: int) -> float | None:
        """How long the rest will take [s]; None while nothing tells."""
        rate = self.per_second
        return (total - self._seen[-1][1]) / rate if rate else None


def clock(seconds: float) -> str:
    """A span as 4:05 or 1:02:30.

    >>> clock(245), clock(3750)
    ('4:05', '1:02:30')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
