"""`kpi addin`: the worksheet functions into Excel and LibreOffice, a command for each host in a file of its own."""

from __future__ import annotations

from collections.abc import Callable

import typer

from addin.commands.addin import build, doctor, install, libreoffice, lite

# One file of this folder for each command; the help lists them in this order.
COMMANDS: tuple[Callable[..., None], ...] = (
    build.build,
    install.install,
    install.uninstall,
    doctor.doctor,
    lite.lite,
    libreoffice.libreoffice,
)


def addin(context: typer.Context) -> None:
    """The group itself: without a command it shows its help."""
    if context.invoked_subcommand is None:
        print(context.get_help())
