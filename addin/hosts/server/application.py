"""The service: ready pages, the functions' calls, the pane's question, and whether it is alive. Nothing else answers.

Imported only when the environment is prepared: xlwings Server reads it on import.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import Any

import xlwings.server
from fastapi import FastAPI, Request, Response
from httpx import ASGITransport, AsyncClient
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp
from xlwings_server import dependencies as xlwings_users
from xlwings_server.main import main_app as xlwings_app
from xlwings_server.routers.xlwings import custom_functions
from xlwings_server.templates import templates

from addin.functions import FUNCTIONS
from addin.hosts.server import pages, pane, wire
from addin.hosts.server.faults import Refused
from addin.hosts.server.limits import Limits
from addin.settings import Settings
from kpi_core import sentences
from kpi_core.texts import LANGUAGES, Language, load_texts

log = logging.getLogger(__name__)

_ODD: tuple[object, ...] = ("win rat", 0.0, None, [["?"], ["?"]], [[None], [None]], [[0.0], [0.0]])
_PUBLIC = {"Access-Control-Allow-Origin": "*"}  # Excel on the web fetches metadata and code from its own address


async def application(settings: Settings, address: str) -> ASGIApp:
    """The whole service as seen under `address`. Raises ServerError where xlwings does not offer every function."""
    templates.env.globals |= pages.manifest_texts()
    ready = await pages.pages(xlwings_app, settings, address, len(FUNCTIONS))
    limits = Limits(settings.server_megabytes, settings.server_seconds)
    threads = limits.threads()
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _answer_calls(app, settings, limits, threads)
    _answer_fetches(app, ready)
    _answer_faults(app, settings.language)
    await _rehearse(app, address, threads)
    return app


async def _rehearse(app: ASGIApp, address: str, threads: ThreadPoolExecutor) -> None:
    """Every function, sentence and kind of request once: what a first use loads or reads is not read for a caller."""
    for file in files(sentences).iterdir():
        if file.name.endswith(".toml"):
            load_texts(sentences.__name__, file.name)
    loop = asyncio.get_running_loop()
    for function in FUNCTIONS.values():
        for arguments in (function.example_arguments, *([odd] * len(function.arguments) for odd in _ODD)):
            await loop.run_in_executor(threads, function.call, *arguments)
    async with AsyncClient(transport=ASGITransport(app), base_url=address) as client:
        for path in (pages.CALL, "/kpi/diagnosis"):
            await client.post(path, json={"func_name": "winrate", "args": [[["won"]]], "kpi": "win_rate", "value": 0.1})
        for path in ("/health", "/taskpane.html", "/nothing"):
            await client.get(path)


def _answer_calls(app: FastAPI, settings: Settings, limits: Limits, threads: ThreadPoolExecutor) -> None:
    async def served(request: Request, work: Callable[[bytes], bytes]) -> Response:
        wire.check_kind(request.headers)
        return Response(await limits.served(request, work, threads), media_type="application/json")

    @app.post(pages.CALL)
    async def call(request: Request, user: xlwings_users.User) -> Response:
        return await served(request, lambda body: answered(body, user))

    @app.post("/kpi/diagnosis")
    async def diagnosis(request: Request, user: xlwings_users.User) -> Response:
        def work(body: bytes) -> bytes:
            asked = wire.document(body)
            found = pane.diagnosis(asked, settings, _language(asked, settings))
            return json.dumps(found).encode("ascii")

        return await served(request, work)


def answered(body: bytes, user: Any) -> bytes:
    """A call's answer, through xlwings' own calling of functions."""
    asked = wire.call(body, FUNCTIONS)
    return wire.result(asyncio.run(xlwings.server.custom_functions_call(asked, custom_functions, user)))


def _answer_fetches(app: FastAPI, ready: Mapping[str, pages.Page]) -> None:
    @app.get("/health")
    async def health() -> dict[str, object]:
        return {"status": "ok", "functions": len(FUNCTIONS)}

    @app.api_route("/{path:path}", methods=["GET", "HEAD"])
    async def page(path: str) -> Response:
        found = ready.get(f"/{path}")
        if found is None:
            raise Refused(404, "refused.no_page")
        return Response(found.content, media_type=found.kind, headers=_PUBLIC)


def _answer_faults(app: FastAPI, language: Language) -> None:
    """Whatever went wrong, as one sentence: `detail` is what xlwings shows on the cell."""

    def told(status: int, detail: str) -> Response:
        return Response(json.dumps({"detail": detail}), status, media_type="application/json")

    @app.exception_handler(Refused)
    async def refused(_: Request, why: Refused) -> Response:
        return told(why.status, why.sentence(language))

    @app.exception_handler(HTTPException)
    async def not_served(_: Request, why: HTTPException) -> Response:
        return told(why.status_code, str(why.detail))

    @app.exception_handler(ClientDisconnect)
    async def gone(_: Request, __: ClientDisconnect) -> Response:
        return told(400, "")

    @app.exception_handler(Exception)
    async def failed(_: Request, why: Exception) -> Response:
        log.error("a request failed", exc_info=why)
        return told(500, Refused(500, "refused.failed").sentence(language))


def _language(asked: Mapping[str, Any], settings: Settings) -> Language:
    return next((it for it in LANGUAGES if it == asked.get("language")), settings.language)
