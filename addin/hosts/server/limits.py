"""How much one request may ask for, and all together: megabytes, seconds, how many are computed at a time."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.requests import Request

from addin.hosts.server.faults import Refused

_TOGETHER = 32  # bodies of full size that are held at once
_DRAINED = 4  # a browser reads the refusal only when it could send all; of this many times the limit, the rest is lost

T = TypeVar("T")


@dataclass
class Limits:
    """The bounds of a request. One that exceeds them is refused alone: the others have threads of their own."""

    megabytes: int
    seconds: int
    at_once: int = field(default_factory=lambda: 2 * (os.cpu_count() or 1))
    _held: int = field(default=0, init=False)
    _bodies: int = field(default=0, init=False)

    async def served(self, request: Request, work: Callable[[bytes], T], threads: ThreadPoolExecutor) -> T:
        """The work's answer to the request's body. Raises Refused (408, 413, 503), and what the work raises.

        Work that takes longer is no longer waited for; its thread is free again when it has ended.
        """
        body = _Body()
        self._bodies += 1
        try:
            async with asyncio.timeout(self.seconds):
                await self._read(request, body)
                return await asyncio.get_running_loop().run_in_executor(threads, work, b"".join(body.chunks))
        except TimeoutError:
            raise Refused(408, "refused.too_slow", seconds=self.seconds) from None
        except asyncio.CancelledError:  # the service is being stopped, and its patience with those under way has ended
            raise Refused(503, "refused.stopping") from None
        finally:
            self._bodies -= 1
            self._held -= body.held

    def threads(self) -> ThreadPoolExecutor:
        """The threads that compute."""
        return ThreadPoolExecutor(self.at_once, thread_name_prefix="kpi")

    async def _read(self, request: Request, body: _Body) -> None:
        most = self.megabytes * 1024 * 1024
        async for chunk in request.stream():
            body.size += len(chunk)
            if body.size <= most:
                body.chunks.append(chunk)
                body.held += len(chunk)
                self._held += len(chunk)
                self._make_room(body, _TOGETHER * most)
            elif body.size > _DRAINED * most:
                break
        if body.size > most:
            raise Refused(413, "refused.too_large", megabytes=self.megabytes)

    def _make_room(self, body: _Body, most: int) -> None:
        """Where all bodies together are too much, those that hold more than their share give way; small ones go on."""
        if self._held > most and body.held > most / self._bodies:
            raise Refused(503, "refused.busy")


@dataclass
class _Body:
    chunks: list[bytes] = field(default_factory=list)
    size: int = 0
    held: int = 0
