"""One service for all tests that only ask it, and the browser that plays Excel."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.server.serving import Service, service
from tests.needs import absent, program

HERE = Path(__file__).parent
Steps = list[dict[str, Any]]


@pytest.fixture(scope="session", autouse=True)
def xlwings_server() -> None:
    """The extra [server] is installed with dev; a bare installation skips these tests."""
    if find_spec("xlwings_server") is None:
        absent("xlwings-server is not installed (extra [server])")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, xlwings_server: None) -> Iterator[Service]:
    """A service on a free port of this machine."""
    with service(tmp_path_factory.mktemp("service"), "--noncommercial") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Callable[..., list[Any]]]:
    """Does steps in the task pane of a service and gives each one's outcome; a complaint of the page is a failure."""
    chromium = program("chromium", "chromium")
    node = program("node", "nodejs")
    if not (HERE / "node_modules" / "playwright-core").is_dir():
        absent("playwright-core is not installed (npm ci --prefix tests/hosts/server)")
    command = [node, "browser.mjs", chromium]
    driver = subprocess.Popen(command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert driver.stdin is not None
    assert driver.stdout is not None
    told, heard = driver.stdin, driver.stdout

    def play(served: Service, steps: Steps, language: str = "en-US", users: int = 1, complaints: int = 0) -> list[Any]:
        scene = {"address": served.address, "language": language, "users": users, "steps": steps}
        told.write(json.dumps(scene) + "\n")
        told.flush()
        played = json.loads(heard.readline())
        assert len(played["complaints"]) == complaints, played["complaints"]
        return list(played["found"])

    yield play
    told.close()
    driver.wait(timeout=20)
