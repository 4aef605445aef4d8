"""Clients that mean harm, in a process of their own: `python -m tests.hosts.server.attackers KIND PORT SECONDS`.

Prints what they got as JSON: how many of each status, and how often the service hung up without one.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

from tests.hosts.server.serving import CALL

_HEAD = f"POST {CALL} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
_GOOD = b'{"func_name": "winrate", "args": [[["won"], ["lost"]]], "runtime": "1.4"}'
_MEGABYTE = 1024 * 1024

Sent = AsyncIterator[bytes]


def post(body: bytes, **headers: str) -> bytes:
    """A whole request."""
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"{_HEAD}{named}Content-Length: {len(body)}\r\n\r\n".encode() + body


def bodies() -> list[bytes]:
    """Requests that Excel would not send, each in one piece."""
    big = 900_000
    call = b'{"func_name": "winrate", "args": [[[%s]]]}'
    bomb = gzip.compress(b"[" * 50 * _MEGABYTE)
    return [
        post(b"not json"),
        post(b"[" * big),
        post(b'{"func_name": "winrate", "args": ' + b'{"a":' * (big // 5)),
        post(call % (b"9" * big)),
        post(call % (b"1e" + b"9" * big)),
        post(call % (rb'"\ud800"],[' * (big // 12) + rb'"\ud800"')),
        post(call % (b'"' + b"a" * big + b'"')),
        post(call % (b'{"type":"Error","basicValue":[[]]}')),
        post(b'{"func_name": "__import__", "args": []}'),
        post(b'{"func_name": {"a": 1}, "args": {}}'),
        post(b'{"func_name": "winrate", "args": [' + b"null," * 100_000 + b"null]}"),
        post(bomb, Content_Encoding="gzip"),
        post(bomb),
        post(_GOOD).replace(b"application/json", b"text/plain"),
        post(_GOOD).replace(b"application/json", b"multipart/form-data; boundary=x"),
        post(_GOOD, Transfer_Encoding="chunked"),  # a length and chunks: which one counts is how requests are smuggled
        post(_GOOD).replace(b"Content-Length: ", b"Content-Length: -"),
        _HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n" + _GOOD,
        _HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /../../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /static/%2e%2e/%2e%2e/%00/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /static/..%5c..%5cwindows%5cwin.ini HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff\xfe\xe4 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: eA==\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    ]


def _noise(luck: random.Random) -> bytes:
    """A good request with some bytes changed, cut out or doubled."""
    whole = bytearray(post(_GOOD))
    for _ in range(luck.randint(1, 8)):
        at = luck.randrange(len(whole))
        change = luck.randrange(3)
        if change == 0:
            whole[at] = luck.randrange(256)
        elif change == 1:
            del whole[at : at + luck.randint(1, 20)]
        else:
            whole[at:at] = whole[at : at + luck.randint(1, 20)]
    return bytes(whole)


async def _exchange(port: int, sent: Sent, patience: float = 60) -> str:
    """Send what there is to send, until an answer comes, and tell its status."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return "not let in"
    told = asyncio.create_task(_status(reader))
    try:
        async with asyncio.timeout(patience):
            with contextlib.suppress(OSError):
                async for part in sent:
                    if told.done():
                        break
                    writer.write(part)
                    await writer.drain()
            return await told
    except TimeoutError:
        return "no answer yet"
    finally:
        writer.transport.abort()


async def _status(reader: asyncio.StreamReader) -> str:
    try:
        line = await reader.readexactly(12)
    except (OSError, asyncio.IncompleteReadError):
        return "hung up"
    return line[9:].decode()


async def _whole(request: bytes) -> Sent:
    yield request


async def _slowly(start: bytes, drip: bytes, until: float) -> Sent:
    yield start
    while time.monotonic() < until:
        await asyncio.sleep(1)
        yield drip


async def _endless(start: bytes, part: bytes, until: float) -> Sent:
    yield start
    while time.monotonic() < until:
        yield part


async def _oversize(megabytes: int) -> Sent:
    yield _HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\n"
    for _ in range(megabytes * 16):
        yield b"10000\r\n" + b"x" * 65_536 + b"\r\n"
        await asyncio.sleep(0)
    yield b"0\r\n\r\n"


async def _unread(port: int, until: float) -> str:
    """Asks for pages, again and again, and reads none."""
    _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    try:
        for _ in range(200):
            writer.write(b"GET /xlwings/custom-functions-code.js HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(max(0.0, until - time.monotonic()))
        return "held"
    except OSError:
        return "hung up"
    finally:
        writer.transport.abort()


def _attack(kind: str, port: int, until: float, number: int) -> Awaitable[str]:
    luck = random.Random(number)
    slow = _HEAD.encode() + f"Content-Length: {len(_GOOD)}\r\n\r\n".encode()
    attacks: dict[str, Callable[[], Awaitable[str]]] = {
        "idle": lambda: _exchange(port, _slowly(b"", b"", until)),
        "slow heads": lambda: _exchange(port, _slowly(b"POST / HTTP/1.1\r\n", b"x: y\r\n", until)),
        "slow bodies": lambda: _exchange(port, _slowly(slow, b" ", until)),
        "endless heads": lambda: _exchange(port, _endless(b"GET / HTTP/1.1\r\nx: ", b"y" * 16_384, until)),
        "oversize": lambda: _exchange(port, _oversize(40)),
        "malformed": lambda: _exchange(port, _whole(luck.choice(_BODIES)), patience=10),
        "noise": lambda: _exchange(port, _whole(_noise(luck)), patience=1),
        "unread answers": lambda: _unread(port, until),
    }
    return attacks[kind]()


_BODIES: list[bytes] = []
AT_ONCE = {
    "idle": 1_200,
    "slow heads": 1_200,
    "slow bodies": 1_200,
    "endless heads": 2,
    "oversize": 2,
    "malformed": 4,
    "noise": 8,
    "unread answers": 100,
}


async def _all(kind: str, port: int, seconds: float) -> Counter[str]:
    until = time.monotonic() + seconds
    found: Counter[str] = Counter()

    async def attacker(number: int) -> None:
        turn = number
        while time.monotonic() < until:
            found[await _attack(kind, port, until, turn)] += 1
            turn += 1000
            await asyncio.sleep(1.0 if AT_ONCE[kind] > 100 else 0.05)  # many hold on, few come back at once

    await asyncio.gather(*map(attacker, range(AT_ONCE[kind])))
    return found


def main() -> None:
    """Attack."""
    kind, port, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    if kind == "malformed":
        _BODIES.extend(bodies())
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (4_096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    print(json.dumps(asyncio.run(_all(kind, port, seconds))))


if __name__ == "__main__":
    main()
