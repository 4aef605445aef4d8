"""Many users at once, and what they notice of others who mean harm: nothing. The full form: KPI_FULL=1.

`python -m benchmarks.server_users` does the same with the service's own limits and prints the times.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from addin.functions import FUNCTIONS
from tests.functions.arguments import generated
from tests.hosts.server.attackers import AT_ONCE, bodies, post
from tests.hosts.server.cells import sent
from tests.hosts.server.serving import CALL, Service, service
from tests.hosts.server.users import use
from tests.needs import program

FULL = bool(os.environ.get("KPI_FULL"))
USERS, SECONDS, BESIDE = (50, 60.0, 20.0) if FULL else (20, 5.0, 2.0)
PATIENCE = 4_000.0  # ms on a busy machine; who is harmed waits for somebody's time limit (5 s here) or is refused
GOOD = b'{"func_name": "winrate", "args": [[["won"], ["lost"]]], "runtime": "1.4"}'
REFUSED = {
    "idle": {"hung up"},
    "slow heads": {"hung up"},
    "slow bodies": {"408", "hung up"},
    "endless heads": {"431", "hung up"},
    "oversize": {"413"},
    "malformed": {"200", "400", "404", "405", "415", "hung up"},
    "noise": {"200", "400", "404", "405", "413", "415", "no answer yet", "hung up"},
    "unread answers": {"held", "hung up"},
}


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that takes one megabyte and five seconds."""
    limits = {"KPI_SERVER_MEGABYTES": "1", "KPI_SERVER_SECONDS": "5"}
    with service(tmp_path_factory.mktemp("narrow"), "--noncommercial", **limits) as running:
        yield running


def port(running: Service) -> int:
    return urlsplit(running.address).port or 0


def connected(running: Service) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port(running)), timeout=20)


def test_users_at_once_all_get_the_right_answer(served: Service) -> None:
    found = use(served.address, USERS, SECONDS)
    assert found.errors == []
    assert found.reconnected == 0
    assert len(found.times) > USERS * SECONDS / 4
    assert found.share(0.99) < PATIENCE


@pytest.mark.parametrize("kind", AT_ONCE)
def test_attackers_are_refused_and_users_do_not_notice(kind: str, narrow: Service) -> None:
    command = [sys.executable, "-m", "tests.hosts.server.attackers", kind, str(port(narrow)), str(BESIDE + 2)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as attackers:
        time.sleep(1.5)  # until all of them are there
        found = use(narrow.address, USERS, BESIDE)
        said, _ = attackers.communicate(timeout=60)
    assert found.errors == []
    assert found.share(0.99) < PATIENCE
    got = json.loads(said)
    assert got
    assert set(got) <= REFUSED[kind], got


def test_whoever_does_not_come_to_the_point_is_cut_off_in_time(narrow: Service) -> None:
    """Few of them, so that nobody needs their place: only time is against them."""
    half, head = b"POST / HTTP/1.1\r\nHost: x\r\n", f"POST {CALL} HTTP/1.1\r\nHost: x\r\n".encode()
    starts = {
        "says nothing": (b"", b""),
        "sends blank lines": (b"", b"\r\n"),
        "never ends its headers": (half, b"x: y\r\n"),
        "stops after a good request": (post(GOOD) + half, b""),
        "goes on slowly after a good request": (post(GOOD) + half, b"x: y\r\n"),
        "goes on after it was refused": (head + b"Content-Length: 999999\r\n\r\n", b"x"),
    }
    with ExitStack() as stack:
        slow = {it: (stack.enter_context(connected(narrow)), drip) for it, (_, drip) in starts.items()}
        for who, (line, _) in slow.items():
            line.sendall(starts[who][0])
        began, open_still = time.monotonic(), set(slow)
        while open_still and time.monotonic() - began < 15:  # five seconds are theirs; the machine may be busy
            for who in sorted(open_still):
                line, drip = slow[who]
                try:
                    line.sendall(drip)
                    line.settimeout(0.05)
                    while line.recv(65_536):
                        pass
                    open_still.discard(who)
                except TimeoutError:
                    continue
                except OSError:
                    open_still.discard(who)
            time.sleep(0.3)
    assert open_still == set()


def test_large_bodies_that_are_too_much_together_give_way_to_small_ones(narrow: Service) -> None:
    """Forty times nearly a megabyte, the last byte held back: 32 fit, and a small call is answered meanwhile."""
    head = f"POST {CALL} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1048000\r\n\r\n"
    with ExitStack() as stack:
        large = [stack.enter_context(connected(narrow)) for _ in range(40)]
        for line in large:
            line.sendall(head.encode() + b" " * 1_047_999)
        time.sleep(1)
        assert narrow.request("POST", CALL, GOOD).status == 200
        answers = []
        for line in large:
            line.settimeout(20)
            answers.append(line.recv(65_536))
    refused = [it for it in answers if it.startswith(b"HTTP/1.1 503")]
    assert 1 <= len(refused) <= 20
    assert all(it.startswith((b"HTTP/1.1 503", b"HTTP/1.1 408")) for it in answers)
    assert narrow.request("POST", CALL, GOOD).status == 200


def test_no_file_is_looked_for_because_of_a_request(tmp_path: Path) -> None:
    """Every system call that takes a file's name is listed, from the first request on: there is none."""
    with service(tmp_path, "--noncommercial", KPI_SERVER_MEGABYTES="1") as running:
        listed = looked_for(running, tmp_path / "files.txt")
    assert listed == []


def looked_for(narrow: Service, listed: Path) -> list[str]:
    """The system calls with a file's name while the service answers."""
    command = [program("strace", "strace"), "-f", "-q", "-e", "trace=%file", "-o", str(listed)]
    watch = subprocess.Popen([*command, "-p", str(narrow.process.pid)], stderr=subprocess.PIPE, text=True)
    time.sleep(1)
    if watch.poll() is not None:
        assert watch.stderr is not None
        pytest.skip(f"strace may not look on: {watch.stderr.read().strip()}")
    try:
        examples = [(name, function.example_arguments) for name, function in FUNCTIONS.items()]
        for name, arguments in (*examples, *generated(400, seed=6)):
            assert narrow.call(name, *sent(FUNCTIONS[name], arguments)).status == 200
        for path in ("/manifest.xml", "/taskpane.html", "/static/pane.js", "/kpi/pane.fi.json", "/nothing", "/health"):
            narrow.request("GET", path)
        narrow.request("POST", "/kpi/diagnosis", b'{"kpi": "win_rate", "value": 0.1}')
        for body in bodies():
            with connected(narrow) as line:
                line.sendall(body)
                line.settimeout(1)
                try:
                    line.recv(65_536)
                except (TimeoutError, ConnectionResetError):
                    continue
    finally:
        watch.send_signal(signal.SIGINT)
        watch.wait(timeout=10)
    return [line for line in listed.read_text().splitlines() if '"' in line]


def test_a_request_under_way_is_answered_when_the_service_is_stopped(tmp_path: Path) -> None:
    """SIGTERM, as from a service manager: no new caller, the running one served, idle and slow ones let go."""
    with service(tmp_path, "--noncommercial") as running, ExitStack() as stack:
        idle, slow, head, late = (stack.enter_context(connected(running)) for _ in range(4))
        idle.sendall(post(GOOD))
        assert idle.recv(12) == b"HTTP/1.1 200"
        slow.sendall(post(GOOD)[:-9])
        head.sendall(b"GET /hea")
        late.sendall(post(GOOD)[:-9])
        time.sleep(0.5)
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        with pytest.raises(ConnectionRefusedError):
            connected(running)
        late.sendall(post(GOOD)[-9:])
        assert late.recv(12) == b"HTTP/1.1 200"
        running.process.wait(timeout=15)
        assert time.monotonic() - began < 10
        assert running.process.returncode in (0, -signal.SIGTERM)
        assert slow.recv(12) == b"HTTP/1.1 503"
        log = running.log.read_text(encoding="utf-8").splitlines()
        assert log == ["ERROR:    Cancel 1 running task(s), timeout graceful shutdown exceeded"]  # uvicorn's own word


def test_nobody_found_a_defect(narrow: Service) -> None:
    """Runs last in this file: the log, which is for defects only, is empty."""
    assert narrow.process.poll() is None
    assert narrow.log.read_text(encoding="utf-8") == ""
