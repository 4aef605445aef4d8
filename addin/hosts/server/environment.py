"""What xlwings and xlwings Server read from the environment: written there before either is imported.

Imported without XLWINGS_ON_SERVER and a licence key, xlwings silently offers no functions at all.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path

from addin.hosts.server.faults import NotInstalledError, ServerError, word
from addin.settings import Settings

PROJECT = Path(__file__).parent / "project"
LICENCE_KEY = "XLWINGS_LICENSE_KEY"
NONCOMMERCIAL = "noncommercial"

# Ours alone, so that it never takes another add-in's place in Excel; a manifest keeps its id for good.
_MANIFEST_ID = "6b0f1c52-0f3d-4c0b-9a57-2f8e4d1c7a36"
_SOUGHT = {"pyodide": "pyodide.ffi", "geopandas": "geopandas.array"}
_OFF = ("SOCKETIO", "HTMX", "ALPINEJS_CSP", "BOOTSTRAP", "EXAMPLES", "HOTRELOAD", "WASM")


def prepare(settings: Settings, *, noncommercial: bool) -> None:
    """Set the environment of this process. Raises NotInstalledError, ServerError where no licence is named."""
    if importlib.util.find_spec("xlwings_server") is None:
        raise NotInstalledError("start.not_installed")
    if noncommercial:
        os.environ[LICENCE_KEY] = NONCOMMERCIAL
    os.environ |= {
        "XLWINGS_ON_SERVER": "true",
        "XLWINGS_PROJECT_DIR": str(PROJECT),
        "XLWINGS_ENVIRONMENT": "prod",  # in any other, its name is put before every function's
        "XLWINGS_PROJECT_NAME": word("manifest.name").show(settings.language),
        "XLWINGS_FUNCTIONS_NAMESPACE": namespace(settings),
        "XLWINGS_MANIFEST_ID_PROD": _MANIFEST_ID,
        "XLWINGS_AUTH_PROVIDERS": json.dumps(providers(settings)),
        "XLWINGS_REQUEST_TIMEOUT": str(settings.server_seconds),
        "XLWINGS_CDN_OFFICEJS": "true",
        "XLWINGS_ADD_SECURITY_HEADERS": "false",  # ours are in headers.py
        "XLWINGS_LOG_LEVEL": "WARNING",
        **{f"XLWINGS_ENABLE_{part}": "false" for part in _OFF},
    }
    _skip_absent()
    _check_licence()
    _check_providers(settings)


def namespace(settings: Settings) -> str:
    """What stands before a function's name and the dot, in Excel; nothing where names are bare."""
    return "" if settings.server_namespace == "bare" else settings.server_namespace


def providers(settings: Settings) -> list[str]:
    """The names of xlwings Server's auth providers that the settings ask for."""
    return [name.strip() for name in (settings.server_auth or "").split(",") if name.strip()]


def _skip_absent() -> None:
    """Spare xlwings its searches of the disk for Pyodide, one for every cell, and pandera its own for geopandas.

    Marked as absent, an import fails at once: 2 in place of 80 microseconds, and no request looks for a file. Nothing
    of theirs is replaced, so that a version that no longer asks is not harmed; a test says when that is so.
    """
    for package, module in _SOUGHT.items():
        if importlib.util.find_spec(package) is None:
            for name in (package, module):
                sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def _check_licence() -> None:
    """Raises ServerError where xlwings itself would refuse the key, or finds none."""
    try:
        from xlwings.pro.utils import LicenseHandler  # xlwings refuses to be imported without a key

        LicenseHandler.validate_license("pro")
    except Exception as refused:
        if type(refused).__name__ != "LicenseError":  # its class cannot be had where the import has failed
            raise
        given = os.environ.get(LICENCE_KEY)
        raise ServerError("start.licence_refused" if given else "start.no_licence", why=str(refused)) from None


def _check_providers(settings: Settings) -> None:
    """Raises ServerError for a provider that is not there, or that is only xlwings Server's sample of one.

    Its `custom` accepts a token that everybody can read in its source.
    """
    sys.path.insert(0, str(PROJECT))  # where xlwings Server looks first
    for name in providers(settings):
        if name != "entraid" and not _importable(f"auth.{name}"):
            raise ServerError("start.no_provider", found=name)
        if name == "entraid" and not os.environ.get("XLWINGS_AUTH_ENTRAID_CLIENT_ID"):
            raise ServerError("start.entraid")


def _importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
