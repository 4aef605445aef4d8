"""The security headers of every answer: xlwings Server's choice (after OWASP's) for add-ins, and a content policy."""

from __future__ import annotations

# Office.js, and what it loads in its turn for signing in.
OFFICE = "https://appsforoffice.microsoft.com https://alcdn.msauth.net"

# Where Excel on the web shows a task pane in a frame; on Windows and Mac a pane is in no frame. Microsoft publishes no
# list (OfficeDev/office-js issue 1005): these are those seen by add-ins' makers. See docs/excel-check.md.
FRAMES = (
    "https://*.officeapps.live.com https://*.sharepoint.com https://*.cloud.microsoft https://*.office.com "
    "https://onedrive.live.com"
)

# Scripts are ours and Office's own. Styles and connections are left to Office.
_POLICY = "; ".join(
    (
        f"script-src 'self' {OFFICE}",
        f"frame-ancestors 'self' {FRAMES}",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)


def security_headers(*, secure: bool) -> dict[str, str]:
    """The headers; that a browser shall come by HTTPS only is said where the service itself speaks it."""
    from xlwings_server.security_headers import resolve_security_headers

    chosen: dict[str, str] = resolve_security_headers(excel_online=True, cdn_officejs=True)
    if not secure:
        chosen.pop("Strict-Transport-Security", None)
    return chosen | {"Content-Security-Policy": _POLICY}
