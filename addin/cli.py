"""`kpi ...`: the commands, the exit codes and the promise that a person never sees a traceback.

Exit 0: done. 1: the data cannot be used. 2: the command was not understood. 130: interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from addin.commands import (
    addin,
    compare,
    explain,
    fill,
    inspect,
    sample,
    scorecard,
    serve,
    settings,
    template,
    templates,
    trace,
)
from addin.help_pages import HelpfulCommand, HelpfulGroup
from addin.language import spoken_language
from addin.usage import is_usage_fault, usage_sentence
from addin.wording import say
from kpi_core.errors import KpiError, UsageError
from kpi_core.texts import Language

DONE, DATA_PROBLEM, NOT_UNDERSTOOD, INTERRUPTED = 0, 1, 2, 130
DEBUG = "--debug"

app = typer.Typer(
    name="kpi", cls=HelpfulGroup, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)
for command in (
    inspect.inspect,
    scorecard.scorecard,
    fill.fill,
    trace.trace,
    compare.compare,
    templates.templates,
    explain.explain,
    serve.serve,
    sample.sample,
    settings.settings,
):
    app.command(cls=HelpfulCommand)(command)
own_templates = typer.Typer(cls=HelpfulGroup)
own_templates.callback(invoke_without_command=True)(template.template)
own_templates.command(cls=HelpfulCommand)(template.check)
app.add_typer(own_templates, name="template")
addins = typer.Typer(cls=HelpfulGroup)
addins.callback(invoke_without_command=True)(addin.addin)
for command in addin.COMMANDS:
    addins.command(cls=HelpfulCommand)(command)
app.add_typer(addins, name="addin")


@app.callback(invoke_without_command=True)
def kpi(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version")] = False,
    debug: Annotated[bool, typer.Option(DEBUG)] = False,
) -> None:
    """The group itself; --debug is taken from the arguments before they are parsed."""
    if version:
        from importlib.metadata import version as installed

        print(f"kpi {installed('b2b-sales-kpis')}")
    elif context.invoked_subcommand is None:
        print(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; every fault becomes one sentence on stderr."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that lacks a character shows ?, and goes on
    language = spoken_language(given, os.environ, Path.cwd())
    debug = DEBUG in given
    try:
        code = typer.main.get_command(app).main(
            args=[argument for argument in given if argument != DEBUG],
            prog_name="kpi",
            standalone_mode=False,
            obj=language,
        )
        sys.stdout.flush()
        return _interrupted(language) if code == INTERRUPTED else int(code or DONE)
    except (BrokenPipeError, SystemExit):  # typer and rich end so, in this mode only where a pipe's reader has left
        return _reader_left()
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted(language)
    except Exception as error:
        if debug:
            raise
        return _tell(*_sentence(error, language))


def _sentence(error: Exception, language: Language) -> tuple[int, str]:
    """The exit code and the sentence of a fault."""
    if isinstance(error, KpiError):
        code = NOT_UNDERSTOOD if isinstance(error, UsageError) else DATA_PROBLEM
        return code, error.message(language)
    if is_usage_fault(error):
        return NOT_UNDERSTOOD, usage_sentence(error, language)
    if isinstance(error, OSError) and error.filename:
        return DATA_PROBLEM, say("error.file", language, file=error.filename, why=error.strerror or error)
    return DATA_PROBLEM, say("error.unexpected", language, kind=type(error).__name__, why=_first_line(error))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]


def _interrupted(language: Language) -> int:
    return _tell(INTERRUPTED, say("error.interrupted", language))


def _tell(code: int, sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return code


def _reader_left() -> int:
    """Whoever read our output (head, a closed pager) has seen enough; say nothing more, not even at exit."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  stays open until the process ends
    return DONE


if __name__ == "__main__":
    sys.exit(main())
