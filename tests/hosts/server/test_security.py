"""Who may call, what every answer tells the browser, and where a page of somebody else gets nothing."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.hosts.server.attackers import post
from tests.hosts.server.cells import shown
from tests.hosts.server.serving import CALL, Answer, Service, service

GOOD = b'{"func_name": "winrate", "args": [[["won"], ["lost"]]], "runtime": "1.4"}'
CELLS = [["won"], ["lost"]]

# A provider as a firm would write one: signed tokens of its own, with an expiry and roles.
_PROVIDER = """
from fastapi import HTTPException
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from xlwings_server.models import User

_KEY = OctKey.import_key("the firm's own key, of forty bytes or so.")
_CLAIMS = jwt.JWTClaimsRegistry(exp={"essential": True}, iss={"essential": True, "value": "https://firm.example"})

async def validate_token(token_string):
    kind, _, token = token_string.partition(" ")
    if kind != "Bearer":
        raise HTTPException(401, "Sign in first.")
    try:
        claims = jwt.decode(token, _KEY, algorithms=["HS256"]).claims
        _CLAIMS.validate(claims)
    except (JoseError, ValueError) as error:
        raise HTTPException(401, "The sign-in is not valid or has ended.") from error
    return User(id=claims["sub"], name=claims["name"], roles=claims["roles"])
"""
_KEY = "the firm's own key, of forty bytes or so."


def token(roles: list[str], *, key: str = _KEY, issuer: str = "https://firm.example", ends_in: float = 86_400) -> str:
    claims = {"sub": "1", "name": "Aino", "iss": issuer, "exp": int(time.time() + ends_in), "roles": roles}
    return "Bearer " + jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(key))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of a firm: signed tokens, and the role `controller` for whoever calls."""
    folder = tmp_path_factory.mktemp("guarded")
    module = folder / "providers" / "auth" / "firm"
    module.mkdir(parents=True)
    (module / "__init__.py").write_text(_PROVIDER, encoding="utf-8")
    environment = {"PYTHONPATH": str(folder / "providers"), "XLWINGS_AUTH_REQUIRED_ROLES": '["controller"]'}
    with service(folder, "--noncommercial", "--auth", "firm", **environment) as running:
        yield running


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ("", 401, "Sign in first."),
        ("Basic YTpi", 401, "Sign in first."),
        ("Bearer not-a-token", 401, "not valid"),
        (token(["controller"], key="another key, just as long as the firm's"), 401, "not valid"),
        (token(["controller"], issuer="https://elsewhere.example"), 401, "not valid"),
        (token(["controller"], ends_in=-60), 401, "not valid"),
        ("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", 401, "not valid"),  # "alg": "none"
        (token(["seller"]), 403, "controller"),
        (token([]), 403, "controller"),
    ],
)
def test_without_the_right_token_and_role_nothing_is_computed(
    given: str, status: int, said: str, guarded: Service
) -> None:
    for answer in (
        guarded.call("WINRATE", CELLS, Authorization=given),
        guarded.request("POST", "/kpi/diagnosis", b'{"kpi": "win_rate", "value": 0.1}', Authorization=given),
    ):
        assert answer.status == status
        assert said in answer.json["detail"]
        assert set(answer.json) == {"detail"}


def test_with_the_right_token_and_role_it_is(guarded: Service) -> None:
    answer = guarded.call("WINRATE", CELLS, Authorization=token(["controller", "seller"]))
    assert (answer.status, shown(answer.json["result"])) == (200, 0.5)
    told = guarded.request(
        "POST", "/kpi/diagnosis", b'{"kpi": "win_rate", "value": 0.1}', Authorization=token(["controller"])
    )
    assert told.status == 200


def test_the_guarded_service_has_no_defect_to_tell(guarded: Service) -> None:
    """The calls above, and its own rehearsal at the start, which has no token either."""
    assert "Traceback" not in Path(guarded.log).read_text(encoding="utf-8")


def told(running: Service, raw: bytes) -> Answer:
    """The answer to bytes that no client of HTTP would send."""
    with socket.create_connection(("127.0.0.1", urlsplit(running.address).port or 0), timeout=20) as line:
        line.sendall(raw)
        answer = HTTPResponse(line)
        answer.begin()
        return Answer(answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()})


def test_every_answer_has_the_security_headers_uvicorns_own_refusals_too(served: Service) -> None:
    answers = {
        200: told(served, b"GET /taskpane.html HTTP/1.1\r\nHost: x\r\n\r\n"),
        400: told(served, b"no HTTP at all\r\n\r\n"),
        404: told(served, b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"),
        405: told(served, b"OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n"),
        415: told(served, post(GOOD).replace(b"application/json", b"text/plain")),
        431: told(served, b"GET / HTTP/1.1\r\nx: " + b"y" * 600_000),
    }
    for status, answer in answers.items():
        assert answer.status == status
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"].startswith("no-store")
        assert "strict-transport-security" not in answer.headers  # a browser must not learn that from plain HTTP
        assert "x-frame-options" not in answer.headers  # it knows no list, and Excel on the web frames the pane


def test_scripts_come_from_us_and_office_and_only_office_may_frame_the_pane(served: Service) -> None:
    policy = dict(
        it.strip().partition(" ")[::2]
        for it in served.request("GET", "/taskpane.html").headers["content-security-policy"].split(";")
    )
    assert "unsafe" not in policy["script-src"]
    assert "*" not in policy["script-src"]
    assert policy["object-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    frames = policy["frame-ancestors"].split()
    assert {"'self'", "https://*.officeapps.live.com", "https://*.sharepoint.com"} <= set(frames)
    assert all(it == "'self'" or it.startswith("https://") for it in frames)
    assert "https://*" not in frames


def test_another_site_may_fetch_what_excel_needs_and_call_nothing(served: Service) -> None:
    """Excel fetches metadata and code from its own address; calls come from our own pane, thus from our origin."""
    other = "https://evil.example"
    for path in ("/xlwings/custom-functions-meta.json", "/xlwings/custom-functions-code.js", "/manifest.xml"):
        headers = served.request("GET", path, Origin=other).headers
        assert headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in headers
    preflight = served.request("OPTIONS", CALL, Origin=other, Access_Control_Request_Method="POST")
    call = served.request("POST", CALL, GOOD, Origin=other)
    plain = served.request("POST", CALL, GOOD, Origin=other, Content_Type="text/plain")  # needs no preflight
    assert preflight.status == 405
    assert plain.status == 415
    for answer in (preflight, call, plain):
        assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"Content_Type": "text/plain"}, "text/plain"),
        ({"Content_Type": "application/x-www-form-urlencoded"}, "application/x-www-form-urlencoded"),
        ({"Content_Type": ""}, "–"),
        ({"Content_Encoding": "gzip"}, "application/json + gzip"),
        ({"Content_Encoding": "br, gzip"}, "application/json + br, gzip"),
    ],
)
def test_another_kind_of_body_is_refused_and_nothing_is_unpacked(
    headers: dict[str, str], found: str, served: Service
) -> None:
    answer = served.request("POST", CALL, GOOD, **headers)
    assert answer.status == 415
    assert answer.json["detail"].startswith(f"The request's type is {found}. ")


def test_json_by_any_of_its_names_is_taken(served: Service) -> None:
    for kind in ("application/json", "application/json; charset=utf-8", "Application/JSON ;charset=UTF-8"):
        assert served.request("POST", CALL, GOOD, Content_Type=kind).status == 200
