"""`kpi serve`: the worksheet functions as a service for Excel on Windows, Mac and the web."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.parameters import LanguageOption, SettingsFile


def serve(
    noncommercial: Annotated[bool, typer.Option("--noncommercial")] = False,
    host: Annotated[str | None, typer.Option("--host", metavar="HOST")] = None,
    port: Annotated[str | None, typer.Option("--port", metavar="PORT")] = None,
    address: Annotated[str | None, typer.Option("--address", metavar="URL")] = None,
    certificate: Annotated[Path | None, typer.Option("--certificate", metavar="FILE")] = None,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE")] = None,
    namespace: Annotated[str | None, typer.Option("--namespace", metavar="KPI|bare")] = None,
    auth: Annotated[str | None, typer.Option("--auth", metavar="NAME")] = None,
    language: LanguageOption = None,
    settings_file: SettingsFile = None,
) -> None:
    """Serve until interrupted."""
    from addin.commands.asked import configured
    from addin.hosts.server.serving import serve as serve_settings

    configuration = configured(
        settings_file,
        language=language,
        server_host=host,
        server_port=port,
        server_address=address,
        server_certificate=certificate,
        server_certificate_key=key,
        server_namespace=namespace,
        server_auth=auth,
    )

    def tell(line: str) -> None:
        print(line, flush=True)

    serve_settings(configuration.settings, noncommercial=noncommercial, tell=tell)
