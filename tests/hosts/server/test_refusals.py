"""What Excel would not send is refused with a sentence, harms nobody else and touches no file."""

from __future__ import annotations

import json
import re
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.hosts.server.cells import shown
from tests.hosts.server.serving import CALL, Service, service

GOOD = b'{"func_name": "winrate", "args": [[["won"], ["lost"]]], "runtime": "1.4"}'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"[1]", 400),
        (b"null", 400),
        (b"\xff\xfe\x00", 400),
        (b"{}", 404),
        (b'{"func_name": 1, "args": []}', 404),
        (b'{"func_name": "__class__", "args": []}', 404),
        (b'{"func_name": "offered", "args": []}', 404),
        (b'{"func_name": "WinRate", "args": []}', 404),
        (b'{"func_name": "../../etc/passwd", "args": []}', 404),
        (b'{"func_name": "winrate"}', 400),
        (b'{"func_name": "winrate", "args": "won"}', 400),
        (b'{"func_name": "winrate", "args": [[["won"], ["a", "b"]]]}', 400),
        (b'{"func_name": "winrate", "args": [[[["won"]]]]}', 400),
        (b'{"func_name": "winrate", "args": [["won"]]}', 400),
        (b'{"func_name": "winrate", "args": [[]]}', 400),
        (b'{"func_name": "winrate", "args": [[[]]]}', 400),
        (b'{"func_name": "winrate", "args": [[[{"a": 1}]]]}', 400),
        (b'{"func_name": "winrate", "args": [[[{"type": "x", "basicValue": [1]}]]]}', 400),
        (b'{"func_name": "winrate", "args": [[[NaN]]]}', 400),
        (b'{"func_name": "winrate", "args": [null, null, null, null, 1]}', 400),
        (b'{"func_name": "winrate", "args": [null, null, null, null, [], 6]}', 400),
        (b'{"func_name": "winrate", "args": ' + b"[" * 100_000, 400),
    ],
)
def test_a_malformed_call_is_refused_with_a_sentence(body: bytes, status: int, served: Service) -> None:
    answer = served.request("POST", CALL, body)
    assert answer.status == status
    assert re.fullmatch(r"[A-Z][^{}]+\.", answer.json["detail"])


@pytest.mark.parametrize(
    "cell",
    ["1e999", "-1e999", "9" * 5000, r'"\ud800"', r'"\u0000"', '"' + "x" * 40_000 + '"', '"=HYPERLINK(1)"', "1e-999"],
)
def test_strange_cells_are_answered_with_a_value_or_an_excel_error(cell: str, served: Service) -> None:
    for name, arguments in (("winrate", f"[[[{cell}]]]"), ("kpiinterval", f"[[[{cell}]], [[3]], [[20]]]")):
        body = f'{{"func_name": "{name}", "args": {arguments}, "runtime": "1.4"}}'.encode("ascii")
        answer = served.request("POST", CALL, body)
        assert answer.status == 200
        shown(answer.json["result"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/static/../../environment.py", 404),
        ("GET", "/static/%2e%2e/%2e%2e/environment.py", 404),
        ("GET", "/static//etc/passwd", 404),
        ("GET", "/static/vendor/htmx.org/2.0.11/dist/htmx.min.js", 404),
        ("GET", "/xlwings/alert?prompt=a&title=b&buttons=ok&mode=x&callback=y", 404),
        ("POST", "/xlwings/custom-scripts-call/anything", 405),
        ("GET", CALL, 404),
        ("PUT", CALL, 405),
        ("DELETE", "/health", 405),
        ("GET", "/docs", 404),
        ("GET", "/openapi.json", 404),
    ],
)
def test_nothing_but_the_add_in_is_served(method: str, path: str, status: int, served: Service) -> None:
    answer = served.request(method, path)
    assert answer.status == status
    assert b"Traceback" not in answer.body


def test_security_headers_stand_on_every_answer(served: Service) -> None:
    for method, path in (("GET", "/taskpane.html"), ("GET", "/nothing"), ("POST", CALL), ("GET", "/health")):
        headers = served.request(method, path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"].startswith("no-store")
        assert "script-src 'self' https://appsforoffice.microsoft.com" in headers["content-security-policy"]
        assert "server" not in headers


def test_the_health_endpoint_says_that_the_functions_are_there(served: Service) -> None:
    from addin.functions import FUNCTIONS

    assert served.request("GET", "/health").json == {"status": "ok", "functions": len(FUNCTIONS)}


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> object:
    """A service that takes one megabyte and five seconds, and that tells of every file that it opens when asked to."""
    folder = tmp_path_factory.mktemp("narrow")
    (folder / "watched.py").write_text(_WATCHED, encoding="utf-8")
    limits = {"KPI_SERVER_MEGABYTES": "1", "KPI_SERVER_SECONDS": "5"}
    with service(folder, "--noncommercial", command=("watched.py",), **limits) as running:
        yield running


# Arms on SIGUSR1: from then on every file touched is written to stderr.
_WATCHED = """
import os, signal, sys
armed = []
def heard(event, arguments):
    if armed and (event == "open" or event.startswith(("os.", "shutil.", "tempfile.", "subprocess."))):
        os.write(2, f"TOUCHED {event} {arguments!r}\\n".encode())
sys.addaudithook(heard)
signal.signal(signal.SIGUSR1, lambda *_: armed.append(True))
from addin.cli import main
sys.exit(main())
"""


@pytest.mark.parametrize("chunked", [False, True])
def test_an_oversize_request_is_refused_and_says_what_to_do(chunked: bool, narrow: Service) -> None:
    body = json.dumps({"func_name": "winrate", "args": [[["won"]] * 200_000]}).encode()
    connection = narrow.connection()
    pieces = (body[start : start + 65_536] for start in range(0, len(body), 65_536))
    connection.request(
        "POST",
        CALL,
        pieces if chunked else body,
        encode_chunked=chunked,
        headers={"Content-Type": "application/json"} | ({"Transfer-Encoding": "chunked"} if chunked else {}),
    )
    answer = connection.getresponse()
    assert answer.status == 413
    assert "larger than 1 MB" in json.loads(answer.read())["detail"]
    assert narrow.request("POST", CALL, GOOD).status == 200


def test_a_slow_request_is_given_up_while_others_are_served(narrow: Service) -> None:
    there = urlsplit(narrow.address)
    with socket.create_connection((there.hostname or "", there.port or 0)) as slow:
        head = f"POST {CALL} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        head += f"Content-Length: {len(GOOD)}\r\n\r\n"
        slow.sendall(head.encode() + GOOD[:5])
        started = time.perf_counter()
        assert narrow.request("POST", CALL, GOOD).status == 200
        assert time.perf_counter() - started < 4
        slow.settimeout(20)
        assert slow.recv(12) == b"HTTP/1.1 408"
        assert time.perf_counter() - started < 15


def test_no_file_is_touched_because_of_a_request(narrow: Service) -> None:
    """From the first request on: what a function needs is loaded before the service answers."""
    from addin.functions import FUNCTIONS
    from tests.hosts.server.cells import sent

    def everything() -> None:
        for name, function in FUNCTIONS.items():
            assert narrow.call(name, *sent(function, function.example_arguments)).status == 200
        for path in ("/manifest.xml", "/taskpane.html", "/static/pane.js", "/kpi/pane.fi.json", "/nothing", "/health"):
            narrow.request("GET", path)
        narrow.request("POST", CALL, b"{")
        narrow.request("POST", "/kpi/diagnosis", b'{"kpi": "win_rate", "value": 0.1}')

    narrow.process.send_signal(signal.SIGUSR1)
    time.sleep(0.2)
    everything()
    touched = [line for line in narrow.log.read_text(encoding="utf-8").splitlines() if line.startswith("TOUCHED")]
    assert touched == []


def test_two_hundred_calls_at_once_are_all_answered_rightly(served: Service) -> None:
    def one(number: int) -> float:
        answer = served.call("WINRATE", [[float(number + 1)]], [[100.0]], None, None, [])
        assert answer.status == 200
        return float(shown(answer.json["result"]))

    with ThreadPoolExecutor(20) as users:
        found = list(users.map(one, range(200)))
    assert found == pytest.approx([(number + 1) / (number + 101) for number in range(200)])


def test_nobody_saw_a_traceback(served: Service, narrow: Service) -> None:
    """Runs last in this file: neither log holds one, nor a word about any of the requests above."""
    for running in (served, narrow):
        assert running.process.poll() is None
        assert "Traceback" not in Path(running.log).read_text(encoding="utf-8")
