"""A real `kpi serve` in a process of its own, and requests to it over loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CALL = "/xlwings/custom-functions-call"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        """The body's JSON, refused where only Python would take it for JSON."""
        return json.loads(self.body, parse_constant=_refuse)


@dataclass
class Service:
    """A running service: where it is, what it said at the start, its process."""

    address: str
    said: str
    process: subprocess.Popen[str]
    log: Path

    def connection(self) -> HTTPConnection:
        """A connection that is kept open over requests."""
        there = urlsplit(self.address)
        kind = HTTPSConnection if there.scheme == "https" else HTTPConnection
        return kind(there.hostname or "", there.port, timeout=60)

    def request(
        self, method: str, path: str, body: bytes | None = None, on: HTTPConnection | None = None, **headers: str
    ) -> Answer:
        """One request; on a connection of its own where none is given. A body is said to be JSON unless told else."""
        connection = on or self.connection()
        kind = {"Content-Type": "application/json"} if body is not None else {}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, kind | given)
        answer = connection.getresponse()
        found = Answer(answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()})
        if on is None:
            connection.close()
        return found

    def call(self, name: str, *arguments: Any, on: HTTPConnection | None = None, **headers: str) -> Answer:
        """A function's call as xlwings' script in Excel sends it; numbers that are no JSON are sent as they are."""
        body = {"client": "Office.js", "func_name": name.lower(), "args": list(arguments), "runtime": "1.4"}
        return self.request("POST", CALL, json.dumps(body).encode(), on=on, **headers)


@contextmanager
def service(
    folder: Path, *options: str, command: tuple[str, ...] = ("-m", "addin"), **environment: str
) -> Iterator[Service]:
    """`kpi serve` with options, until the block ends. Raises RuntimeError with what it said where it did not start."""
    log = folder / "service.log"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("XLWINGS_", "KPI_"))}
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, *command, "serve", *options],
            cwd=folder,
            env={**clean, "KPI_LANGUAGE": "en", "PYTHONIOENCODING": "utf-8", **environment},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        )
        try:
            said = ""
            assert process.stdout is not None
            for line in process.stdout:
                said += line
                if line.startswith("Stop with"):
                    break
            else:
                raise RuntimeError(said + log.read_text(encoding="utf-8"))
            address = next(it.split()[1] for it in said.splitlines() if it.startswith("Serving "))
            yield Service(address, said, process, log)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
