"""A command line that was not understood, as one sentence: what was found, what is allowed, where to read more."""

from __future__ import annotations

import re
from typing import Any

import typer

from addin.wording import say
from kpi_core.texts import Language

# typer's own family of usage faults; its modules move between versions, its public BadParameter stays
_USAGE_FAULT = typer.BadParameter.__mro__[1]
_QUOTED = re.compile(r"'([^']*)'")


def is_usage_fault(error: Exception) -> bool:
    """Whether the arguments could not be parsed."""
    return isinstance(error, _USAGE_FAULT)


def usage_sentence(error: Any, language: Language) -> str:
    """The fault in the user's language."""
    path = error.ctx.command_path if getattr(error, "ctx", None) else "kpi"
    more = say("usage.more", language, command=path)
    return f"{_fault(error, language)} {more}"


def _fault(error: Any, language: Language) -> str:
    kind = type(error).__name__
    quoted = _QUOTED.search(error.message or "")
    found = quoted[1] if quoted else error.message
    if kind == "NoSuchOption":
        nearest = ", ".join(error.possibilities or ())
        key = "usage.no_such_option_near" if nearest else "usage.no_such_option"
        return say(key, language, found=error.option_name, nearest=nearest)
    if kind == "MissingParameter":
        return say(f"usage.missing_{error.param.param_type_name}", language, name=_name(error.param))
    if kind == "BadParameter":
        return _bad_value(error, language)
    if kind == "BadOptionUsage":
        return say("usage.no_value", language, name=error.option_name)
    if "command" in error.message:
        return say("usage.no_such_command", language, found=found, known=", ".join(error.ctx.command.commands))
    return say("usage.extra", language, found=_in_brackets(error.message))


def _bad_value(error: Any, language: Language) -> str:
    """What an option that takes a number was given instead; pydantic, which typer asks, knows."""
    fault = error.__cause__.errors()[0]
    bounds = fault.get("ctx", {})
    kind = next((kind for kind in ("ge", "le") if kind in bounds), "whole")
    return say(f"usage.not_{kind}", language, name=_name(error.param), found=fault["input"], bound=bounds.get(kind))


def _in_brackets(message: str) -> str:
    found = re.search(r"\(([^()]*)\)\W*$", message)
    return found[1] if found else message


def _name(parameter: Any) -> str:
    """An option by its long name, an argument by its metavar."""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name.upper())
