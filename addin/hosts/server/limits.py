"""How much one request may ask for: so many megabytes, so many seconds, so many computed at a time."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.requests import Request

from addin.hosts.server.faults import Refused

_DRAINED = 4  # a browser reads the refusal only when it could send all; of this many times the limit, the rest is lost

T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """The bounds of a request. One that exceeds them is refused alone: the others have threads of their own."""

    megabytes: int
    seconds: int
    at_once: int = field(default_factory=lambda: 2 * (os.cpu_count() or 1))

    async def served(self, request: Request, work: Callable[[bytes], T], threads: ThreadPoolExecutor) -> T:
        """The work's answer to the request's body. Raises Refused (408, 413), and what the work raises.

        Work that takes longer is no longer waited for; its thread is free again when it has ended.
        """
        try:
            async with asyncio.timeout(self.seconds):
                body = await self._body(request)
                return await asyncio.get_running_loop().run_in_executor(threads, work, body)
        except TimeoutError:
            raise Refused(408, "refused.too_slow", seconds=self.seconds) from None

    def threads(self) -> ThreadPoolExecutor:
        """The threads that compute."""
        return ThreadPoolExecutor(self.at_once, thread_name_prefix="kpi")

    async def _body(self, request: Request) -> bytes:
        most = self.megabytes * 1024 * 1024
        chunks: list[bytes] = []
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size <= most:
                chunks.append(chunk)
            else:
                chunks.clear()
            if size > _DRAINED * most:
                break
        if size > most:
            raise Refused(413, "refused.too_large", megabytes=self.megabytes)
        return b"".join(chunks)
