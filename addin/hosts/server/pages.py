"""Everything that may be fetched, made once at the start and kept: no request opens a file or renders a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from httpx import ASGITransport, AsyncClient
from starlette.types import ASGIApp

from addin.hosts.server.environment import PROJECT
from addin.hosts.server.faults import ServerError, word
from addin.hosts.server.pane import contents
from addin.settings import Settings
from kpi_core.texts import LANGUAGES

CALL = "/xlwings/custom-functions-call"
_RENDERED = (
    "/manifest.xml",
    "/taskpane.html",
    "/xlwings/custom-functions-meta.json",
    "/xlwings/custom-functions-code.js",
    "/xlwings/custom-scripts-meta.json",
)
_ALIASES = {"/manifest": "/manifest.xml", "/taskpane": "/taskpane.html"}
_META = "/xlwings/custom-functions-meta.json"


@dataclass(frozen=True)
class Page:
    """A ready answer."""

    content: bytes
    kind: str


async def pages(app: ASGIApp, settings: Settings, address: str, functions: int) -> Mapping[str, Page]:
    """Every page by its path, from xlwings Server and the task pane's folder, as seen under `address`.

    Raises ServerError where xlwings offers fewer functions than there are.
    """
    found = {path: _pane(settings, path) for path in _pane_paths()}
    async with AsyncClient(transport=ASGITransport(app), base_url=address) as client:
        for path in (*_RENDERED, *_static_paths()):
            answer = await client.get(path)
            answer.raise_for_status()
            found[path] = Page(answer.content, answer.headers["content-type"])
    offered = len(json.loads(found[_META].content)["functions"])
    if offered != functions:
        raise ServerError("start.functions_missing", found=offered, wanted=functions)
    manifest = found["/manifest.xml"]
    found["/manifest.xml"] = Page(manifest.content, "text/xml; charset=utf-8")
    return found | {alias: found[path] for alias, path in _ALIASES.items()}


def _static_paths() -> Iterator[str]:
    """xlwings' own scripts and our pane's files; its vendored libraries are not served."""
    import xlwings_server

    package = Path(xlwings_server.__file__).parent
    for folder, part in ((package, "static/js"), (PROJECT, "static")):
        for file in sorted((folder / part).rglob("*")):
            if file.is_file():
                yield f"/{file.relative_to(folder).as_posix()}"


def _pane_paths() -> Iterator[str]:
    yield from (f"/kpi/pane.{language}.json" for language in LANGUAGES)


def _pane(settings: Settings, path: str) -> Page:
    language = next(it for it in LANGUAGES if f".{it}." in path)
    return Page(json.dumps(contents(settings, language), ensure_ascii=False).encode("utf-8"), "application/json")


def manifest_texts() -> dict[str, object]:
    """What xlwings Server's templates may say beside what it knows itself."""
    return {"word": word}
