"""What a connection may cost: so many seconds and bytes for a request's head, and its place once others need it.

uvicorn times idle connections between two requests alone, and beyond its number of connections refuses whoever asks.
Here whoever keeps the service waiting longest gives way: idle ones, slow heads and bodies, answers that nobody reads.
"""

from __future__ import annotations

import asyncio
import logging
from enum import Enum
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10
HEAD_BYTES = 64 * 1024

log = logging.getLogger(__name__)


class Stage(Enum):
    """What the client sends next."""

    NOTHING = "nothing: no request has begun"
    HEAD = "the rest of a request's line and headers"
    BODY = "the rest of a request's body"


class Connection(HttpToolsProtocol):
    """One client's connection, over uvicorn's own."""

    seconds: float = HEAD_SECONDS
    most: int = 500

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """A client is there; where there are too many, a tenth is dropped: those that keep us waiting longest."""
        super().connection_made(transport)
        self._stage = Stage.NOTHING
        self._head = 0
        self._since = self.loop.time()
        self._end: asyncio.TimerHandle | None = None
        self._hurry()
        self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._calm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what came; time and count it as long as there is no request to answer."""
        if self._stage is Stage.HEAD:
            self._head += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            self._calm()
        elif self._stage is Stage.HEAD and self._head > HEAD_BYTES:
            self._refuse()
        elif self._is_at_work():
            self._calm()
        else:  # a head, a body whose request was refused already, or noise
            self._hurry()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._stage, self._head, self._since = Stage.HEAD, 0, self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is whole."""
        self._stage = Stage.BODY
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of it is there."""
        self._stage = Stage.NOTHING
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is out; the next request may have begun meanwhile."""
        super().on_response_complete()
        if self._stage is Stage.HEAD:
            self._hurry()

    def keeps_us_waiting(self) -> bool:
        """Whether the client must do something before there is anything for us to do."""
        return not self._is_at_work() or self._stage is not Stage.NOTHING or self.flow.write_paused

    def _is_at_work(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _hurry(self) -> None:
        if self._end is None:
            self._end = self.loop.call_later(self.seconds, self._drop)

    def _calm(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _drop(self) -> None:
        self.connections.discard(self)  # at once: aborting takes effect only in the loop's next turn
        self.transport.abort()

    def _refuse(self) -> None:
        self.transport.write(b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n")
        for name, value in self.server_state.default_headers:
            self.transport.write(name + b": " + value + b"\r\n")
        self.transport.write(b"connection: close\r\n\r\n")
        self.transport.close()

    def _make_room(self) -> None:
        if len(self.connections) <= self.most:
            return
        waiting = [it for it in self.connections if isinstance(it, Connection) and it.keeps_us_waiting()]
        for longest in sorted(waiting, key=_since)[
            : max(1, self.most // 10)
        ]:  # some, so as not to search for each caller
            longest._drop()


def _since(connection: Connection) -> float:
    return connection._since


def connections(seconds: float, most: int) -> Any:
    """The class of connections that uvicorn shall make: at most so many, each with so many seconds for a head."""
    return type("Connection", (Connection,), {"seconds": min(seconds, HEAD_SECONDS), "most": most})
