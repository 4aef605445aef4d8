"""Starting: the licence is said first, what is missing is said in a sentence, TLS and names are as asked."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from addin.functions import FUNCTIONS
from addin.hosts.server.faults import FILE, PACKAGE
from kpi_core.catalogue import placeholders
from kpi_core.texts import load_texts
from tests.hosts.server.serving import Service, service
from tests.needs import program

OFFICE = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
BASIC = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"


def refused(folder: Path, *options: str, **environment: str) -> tuple[int, str]:
    """The exit code and what was said of a start that is refused."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("XLWINGS_", "KPI_"))}
    done = subprocess.run(
        [sys.executable, "-m", "addin", "serve", *options],
        cwd=folder,
        env={**clean, "HOME": str(folder), "KPI_LANGUAGE": "en", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("options", "environment", "sentence"),
    [
        ((), {}, "There is no xlwings licence key. In a company: buy a key"),
        ((), {"XLWINGS_LICENSE_KEY": "stolen"}, "xlwings does not accept the licence key"),
        ((), {"KPI_LANGUAGE": "fi"}, "xlwingsin lisenssiavain puuttuu."),
        (("--noncommercial", "--certificate", "no.pem"), {}, "one is missing"),
        (("--noncommercial", "--certificate", "no.pem", "--key", "no.key"), {}, "There is no certificate file no.pem"),
        (("--noncommercial", "--host", "0.0.0.0"), {}, "Name it: --address"),
        (("--noncommercial", "--port", "http"), {}, 'server_port (the option --port): found "http", allowed is'),
        (("--noncommercial", "--host", "192.0.2.1"), {}, "The address 192.0.2.1, port –, cannot be had"),
        (("--noncommercial", "--address", "kpi.example.com"), {}, "allowed is an address without a path"),
        (("--noncommercial", "--namespace", "X.Y"), {}, "allowed is KPI or bare"),
        (("--noncommercial", "--auth", "entraid"), {}, "XLWINGS_AUTH_ENTRAID_CLIENT_ID"),
        (("--noncommercial", "--auth", "custom"), {}, "The authentication module auth.custom"),
    ],
)
def test_what_keeps_it_from_starting_is_one_sentence(
    options: tuple[str, ...], environment: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    code, said = refused(tmp_path, *options, **environment)
    assert code == 2
    assert sentence in said


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    """xlwings-server hidden from the process, as where only the base is installed."""
    hidden = "import sys; sys.modules['xlwings_server'] = None; from addin.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", hidden, "serve", "--noncommercial"],
        cwd=tmp_path,
        env={**os.environ, "KPI_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1  # nothing was misunderstood
    assert 'pip install "b2b-sales-kpis[server]"' in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_licence_is_said_first_and_that_it_is_evaluation(served: Service) -> None:
    first, second = served.said.splitlines()[:2]
    assert "PolyForm Noncommercial 1.0.0 or the paid xlwings PRO licence" in first
    assert "Internal use in a company is commercial" in first
    assert "for evaluation and noncommercial use only" in second


def test_help_loads_no_server() -> None:
    script = (
        "import sys; from addin.cli import main; main(['serve', '--help']);"
        "print({'xlwings', 'fastapi', 'uvicorn', 'xlwings_server', 'pandas', 'httpx'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"
    assert "--noncommercial" in done.stdout


def manifest(running: Service) -> ElementTree.Element:
    return ElementTree.fromstring(running.request("GET", "/manifest.xml").body)


def test_the_manifest_points_to_this_service_and_every_address_in_it_answers(served: Service) -> None:
    found = manifest(served)
    urls = [it.get("DefaultValue", "") for kind in ("Url", "Image") for it in found.iter(BASIC + kind)]
    urls += [
        it.get("DefaultValue", "")
        for name in ("IconUrl", "HighResolutionIconUrl", "SupportUrl")
        for it in found.iter(OFFICE + name)
    ]
    urls = [it for it in urls if it]  # a bt:Image of a control names its picture by id alone
    assert len(urls) == 9
    for url in urls:
        assert url.startswith(served.address)
        assert served.request("GET", url.removeprefix(served.address)).status == 200
    ids = {it.get("id") for it in found.iter() if it.get("id")}
    asked = {it.get("resid") for it in found.iter() if it.get("resid")}
    assert asked <= ids
    assert "KPI" in {it.get("DefaultValue") for it in found.iter(BASIC + "String")}


def test_names_are_bare_and_the_address_another_where_asked(tmp_path: Path) -> None:
    """As behind a proxy that speaks TLS: what is told is the proxy's address, what is listened on is this machine's."""
    port = free_port()
    options = ("--noncommercial", "--namespace", "bare", "--address", "https://kpi.example.com")
    with service(tmp_path, *options, KPI_SERVER_PORT=str(port)) as running:
        assert running.address == "https://kpi.example.com"
        running.address = f"http://localhost:{port}"
        namespaces = [it for it in manifest(running).iter() if it.tag.endswith("}Namespace")]
        assert namespaces == []
        assert "https://kpi.example.com/taskpane.html" in running.request("GET", "/manifest.xml").body.decode()
        assert running.request("GET", "/kpi/pane.en.json").json["prefix"] == ""


def test_it_serves_over_tls_and_then_asks_browsers_to_stay_there(tmp_path: Path) -> None:
    certificate(tmp_path)
    options = ("--noncommercial", "--certificate", "localhost.pem", "--key", "localhost.key")
    with service(tmp_path, *options) as running:
        assert running.address.startswith("https://localhost:")
        assert "Without TLS" not in running.said
        trusted = ssl.create_default_context(cafile=str(tmp_path / "localhost.pem"))
        connection = running.connection()
        connection._context = trusted  # type: ignore[attr-defined]
        answer = running.request("GET", "/health", on=connection)
        assert answer.status == 200
        assert "max-age" in answer.headers["strict-transport-security"]


def test_a_key_that_does_not_belong_to_the_certificate_is_told(tmp_path: Path) -> None:
    certificate(tmp_path)
    certificate(tmp_path, "other")
    code, said = refused(tmp_path, "--noncommercial", "--certificate", "localhost.pem", "--key", "other.key")
    assert code == 2
    assert "cannot be used" in said


def test_an_auth_provider_decides_who_may_call(tmp_path: Path) -> None:
    """A provider of one's own, as xlwings Server has it: a module auth.<name> with validate_token."""
    module = tmp_path / "providers" / "auth" / "doorman"
    module.mkdir(parents=True)
    (module / "__init__.py").write_text(
        "from fastapi import HTTPException\n"
        "from xlwings_server.models import User\n"
        "async def validate_token(token_string):\n"
        "    if token_string != 'Bearer let-me-in':\n"
        "        raise HTTPException(401, 'Who are you?')\n"
        "    return User(id='1', name='Aino')\n"
    )
    options = ("--noncommercial", "--auth", "doorman")
    with service(tmp_path, *options, PYTHONPATH=str(tmp_path / "providers")) as running:
        assert "Without authentication" not in running.said
        cells = [["won"], ["lost"]]
        stranger = running.call("WINRATE", cells)
        assert (stranger.status, stranger.json) == (401, {"detail": "Who are you?"})
        assert running.request("POST", "/kpi/diagnosis", b'{"kpi": "win_rate", "value": 0.1}').status == 401
        assert running.call("WINRATE", cells, Authorization="Bearer let-me-in").status == 200
        assert running.request("GET", "/health").status == 200


def test_xlwings_still_searches_for_pyodide_and_we_still_spare_it_that(tmp_path: Path) -> None:
    """Counts the searches of a call of three arguments. Where a newer xlwings makes none, _SOUGHT may lose pyodide."""
    script = """
import asyncio, sys, types
from addin.configuration import read_settings
from addin.hosts.server import environment
if sys.argv[1] == "bare":
    environment._skip_absent = lambda: None
environment.prepare(read_settings().settings, noncommercial=True)
import xlwings.server
from addin.hosts.server.worksheet import offered
searched = []
class Counting:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("pyodide"):
            searched.append(name)
sys.meta_path.insert(0, Counting())
call = {"func_name": "kpiinterval", "args": [[["WINRATE"]], [[3.0]], [[20.0]]], "client": "Office.js", "version": "",
        "runtime": "1.4"}
asyncio.run(xlwings.server.custom_functions_call(call, types.SimpleNamespace(**offered())))
print(len(searched))
"""
    bare, spared = (
        subprocess.run([sys.executable, "-c", script, how], cwd=tmp_path, capture_output=True, text=True, check=True)
        for how in ("bare", "spared")
    )
    assert int(bare.stdout) >= 3
    assert int(spared.stdout) == 0


def test_every_text_of_the_service_stands_in_both_languages_with_the_same_placeholders() -> None:
    for key, text in load_texts(PACKAGE, FILE).items():
        assert text.fi.strip(), key
        assert text.en.strip(), key
        assert placeholders(text.fi) == placeholders(text.en), key


def test_every_function_of_a_kpi_is_offered_by_the_pane(served: Service) -> None:
    told = served.request("GET", "/kpi/pane.en.json").json
    named = {it["function"]["name"] for it in told["kpis"] if it["function"]} | {it["name"] for it in told["functions"]}
    assert named == set(FUNCTIONS)


def certificate(folder: Path, name: str = "localhost") -> None:
    """A certificate for this machine, signed by itself."""
    subprocess.run(
        [
            program("openssl", "openssl"),
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            f"{name}.key",
            "-out",
            f"{name}.pem",
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
