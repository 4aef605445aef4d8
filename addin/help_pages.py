"""`--help` in the user's language: the texts of texts/help.toml, laid out here as typer's own titles are English."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from typer.core import TyperCommand, TyperGroup

from addin.wording import help_text, say
from kpi_core.texts import Language

if TYPE_CHECKING:
    from rich.console import RenderableType


class HelpfulCommand(TyperCommand):
    """A command whose help page is in the user's language."""

    def get_help(self, ctx: Any) -> str:
        """The whole page."""
        return page(self, ctx)


class HelpfulGroup(TyperGroup):
    """The group of all commands; its page lists them in the order of a first day's work."""

    def get_help(self, ctx: Any) -> str:
        """The whole page."""
        return page(self, ctx)

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`, not given: typer loads pydantic (0.1 s) to learn that None is no bool, even for `fill --help`."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.default = False
        return option

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order in which they were added."""
        return list(self.commands)


def page(command: Any, ctx: Any) -> str:
    """A command's help: how it is called, what it is for, its commands, arguments and options."""
    language = cast("Language", ctx.find_root().obj or "en")
    arguments = [it for it in command.get_params(ctx) if it.param_type_name == "argument"]
    options = [it for it in command.get_params(ctx) if it.param_type_name == "option"]
    about = help_text(command.name)
    parts: list[RenderableType] = [
        f"{say('help.usage', language)}: {_call(command, ctx, arguments)}\n",
        (about.show(language) if about else "") + "\n",
    ]
    if commands := getattr(command, "commands", None):
        rows = [(name, _about(name, language)) for name in commands]
        parts += _section(say("help.commands", language), rows)
    for title, parameters in (("help.arguments", arguments), ("help.options", options)):
        rows = [(_written(it), _explained(command.name, it, language)) for it in parameters]
        parts += _section(say(title, language), rows)
    if commands:
        parts.append(say("help.more", language, command=ctx.command_path))
    return _printed(parts)


def _call(command: Any, ctx: Any, arguments: Iterable[Any]) -> str:
    pieces = [ctx.command_path, "[OPTIONS]"]
    pieces += ["COMMAND", "[ARGS]..."] if hasattr(command, "commands") else []
    return " ".join([*pieces, *map(_written, arguments)])


def _written(parameter: Any) -> str:
    """How a parameter is written: `--period PERIOD`, `PATH...`."""
    metavar = parameter.metavar or parameter.name.upper()
    if parameter.param_type_name == "argument":
        metavar += "..." if parameter.nargs != 1 else ""
        return metavar if parameter.required else f"[{metavar}]"
    names = ", ".join(sorted(parameter.opts, key=len))
    return names if parameter.is_flag else f"{names} {metavar}"


def _about(command: str, language: Language) -> str:
    about = help_text(command)
    return about.show(language).partition("\n")[0] if about else ""


def _explained(command: str, parameter: Any, language: Language) -> str:
    text = help_text(command, parameter.name)
    required = parameter.required and parameter.param_type_name == "option"
    return (text.show(language) if text else "") + (f" {say('help.required', language)}" if required else "")


def _section(title: str, rows: list[tuple[str, str]]) -> list[RenderableType]:
    if not rows:
        return []
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for written, explained in rows:
        table.add_row(f"  {written}", explained)
    return [f"{title}:", table, ""]


def _printed(parts: list[RenderableType]) -> str:
    from addin.unbroken import UnbrokenConsole

    console = UnbrokenConsole(markup=False, highlight=False, emoji=False, color_system=None)
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    return capture.get().rstrip()
