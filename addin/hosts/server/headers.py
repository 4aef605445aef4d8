"""The security headers of every answer: xlwings Server's choice (after OWASP's) for add-ins, and a content policy."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Office.js, and what it loads in its turn for signing in.
OFFICE = "https://appsforoffice.microsoft.com https://alcdn.msauth.net"

# Scripts are ours and Office's own. Frames, styles and connections are left to Office: see docs/excel-check.md.
_POLICY = f"script-src 'self' {OFFICE}; object-src 'none'; base-uri 'none'; form-action 'none'"


def security_headers(*, secure: bool) -> dict[str, str]:
    """The headers; that a browser shall come by HTTPS only is said where the service itself speaks it."""
    from xlwings_server.security_headers import resolve_security_headers

    chosen: dict[str, str] = resolve_security_headers(excel_online=True, cdn_officejs=True)
    if not secure:
        chosen.pop("Strict-Transport-Security", None)
    return chosen | {"Content-Security-Policy": _POLICY}


class WithHeaders:
    """Puts the headers on every answer, refusals among them."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, the headers added to what is sent."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sent)
