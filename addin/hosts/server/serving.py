"""Starting the service and keeping it up: the address, TLS, what is said at the start."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import ipaddress
import logging
import os
import socket
from collections.abc import Callable

from addin.hosts.server.environment import LICENCE_KEY, NONCOMMERCIAL, prepare
from addin.hosts.server.faults import ServerError, word
from addin.hosts.server.headers import security_headers
from addin.settings import Settings

_CONNECTIONS = 500  # at once; for one more the idlest give way
_AT_WORK = 1_000  # where all are at work there may be so many; further requests are refused with 503
_IDLE = 30  # seconds that a connection stays open for the next call
_FAREWELL = 5  # seconds that running requests get when the service is stopped


def serve(settings: Settings, *, noncommercial: bool, tell: Callable[[str], None]) -> None:
    """Serve until interrupted; `tell` gets the lines of the start. Raises ServerError where it cannot start."""
    _check_certificate(settings)
    listening = _bound(settings)
    with listening:
        address = public_address(settings, listening.getsockname()[1])
        prepare(settings, noncommercial=noncommercial)
        asyncio.run(_serve(settings, listening, address, tell))


def public_address(settings: Settings, port: int) -> str:
    """The address by which Excel reaches the service. Raises ServerError where only the user can know it."""
    if settings.server_address:
        return settings.server_address.rstrip("/")
    if settings.server_host in ("0.0.0.0", "::", ""):
        raise ServerError("start.no_address", host=settings.server_host)
    scheme = "https" if settings.server_certificate else "http"
    host = "localhost" if _loopback(settings.server_host) else settings.server_host
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def opening(settings: Settings, address: str, functions: int) -> list[str]:
    """What is said at the start: the licence first, then where everything is, then what is still missing."""
    spoken = settings.language
    said = [word("start.licence").show(spoken)]
    if os.environ.get(LICENCE_KEY) == NONCOMMERCIAL:
        said.append(word("start.evaluating").show(spoken))
    said.append(word("start.serving").show(spoken, address=address, functions=functions))
    said.append(word("start.manifest").show(spoken, address=address))
    if not address.startswith("https"):
        said.append(word("start.no_tls").show(spoken))
    if not settings.server_auth:
        said.append(word("start.anonymous").show(spoken))
    said.append(word("start.stop").show(spoken))
    return said


async def _serve(settings: Settings, listening: socket.socket, address: str, tell: Callable[[str], None]) -> None:
    import uvicorn

    from addin.functions import FUNCTIONS
    from addin.hosts.server import worksheet

    worksheet.speak(settings.language)
    logging.getLogger("xlwings_server").setLevel(logging.ERROR)
    from addin.hosts.server.application import application
    from addin.hosts.server.connections import connections

    _as_many_files_as_allowed()
    server = uvicorn.Server(
        uvicorn.Config(
            await application(settings, address),
            ssl_certfile=settings.server_certificate,
            ssl_keyfile=settings.server_certificate_key,
            log_level="error",
            access_log=False,
            http=connections(settings.server_seconds, _CONNECTIONS),
            ws="none",
            headers=list(security_headers(secure=address.startswith("https")).items()),
            server_header=False,
            proxy_headers=False,
            limit_concurrency=_AT_WORK,
            timeout_keep_alive=_IDLE,
            timeout_graceful_shutdown=_FAREWELL,
        )
    )
    _collect_seldom()
    for line in opening(settings, address, len(FUNCTIONS)):
        tell(line)
    await server.serve(sockets=[listening])


def _as_many_files_as_allowed() -> None:
    """Callers whose TLS handshake is not finished are no connections yet, but each holds one of the process's files."""
    try:
        import resource
    except ImportError:  # Windows knows no such limit
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _collect_seldom() -> None:
    """Keep the garbage collector from walking a column's rows over and over: each row is a list, none is in a cycle."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _bound(settings: Settings) -> socket.socket:
    """A listening socket; a free port where none is named. Raises ServerError where it is taken."""
    host = settings.server_host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(
        family, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # named, else asyncio delays answers 40 ms
    if os.name != "nt":  # there it would let two services share a port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, settings.server_port or 0))
        listening.listen()  # from now on a caller waits for us and is not refused
    except OSError as error:
        listening.close()
        why = error.strerror or str(error)
        raise ServerError("start.no_port", host=host, port=settings.server_port or "–", why=why) from error
    return listening


def _check_certificate(settings: Settings) -> None:
    """Raises ServerError where certificate and key do not stand together, are not there or do not fit."""
    import ssl

    certificate, key = settings.server_certificate, settings.server_certificate_key
    if certificate is None and key is None:
        return
    if certificate is None or key is None:
        raise ServerError("start.half_certificate")
    for file in (certificate, key):
        if not file.is_file():
            raise ServerError("start.no_certificate", found=str(file))
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    except (ssl.SSLError, OSError) as error:
        raise ServerError("start.bad_certificate", found=str(certificate), why=str(error)) from error


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
