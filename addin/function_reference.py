"""Writes docs/functions.fi.md and .en.md from the catalogue of functions: `python -m addin.function_reference docs`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from addin.functions import FUNCTIONS, WorksheetFunction
from addin.worksheet import formula
from kpi_core.texts import LANGUAGES, Language, load_texts

_RULES = ("words", "header", "totals", "sizes", "conditions", "unclear", "numbers", "errors")


def reference(language: Language) -> str:
    """The whole page in one language, as Markdown."""
    links = [f"[{name}](#{name.lower()})" for name in FUNCTIONS]
    blocks = [
        f"# {_word('title', language)}",
        _word("preface", language),
        " · ".join(links),
        f"## {_word('rules', language)}",
        "\n".join(f"- {_word(f'rule.{rule}', language)}" for rule in _RULES),
        *(block for function in FUNCTIONS.values() for block in _function(function, language)),
    ]
    return "\n\n".join(blocks) + "\n"


def page(language: Language) -> str:
    """The page's file name."""
    return f"functions.{language}.md"


def syntax(function: WorksheetFunction, language: Language) -> str:
    """The function with its arguments as Excel of the language writes them: optional ones in brackets."""
    single = [f"[{it.name}]" if it.optional else it.name for it in function.arguments if it.kind != "repeating"]
    pairs = ["[criteria_range1", "criteria1]", "..."] if len(single) < len(function.arguments) else []
    return f"{function.name}({('; ' if language == 'fi' else ', ').join([*single, *pairs])})"


def _function(function: WorksheetFunction, language: Language) -> Iterator[str]:
    yield f"## {function.name}"
    yield f"`={syntax(function, language)}`"
    yield function.description.show(language)
    yield "\n".join(
        [
            f"| {_word('argument', language)} | {_word('help', language)} |",
            "|---|---|",
            *(f"| `{it.name}` | {it.help.show(language)} |" for it in function.arguments),
        ]
    )
    typed = formula(function.name, function.example_arguments, language)
    yield f"{_word('example', language)}: `{typed}` {_word('gives', language)} {_shown(function.expected, language)}."
    yield f"{_word('source', language)}: {function.source.show(language)}."
    if function.kpi:
        yield f"{_word('kpi', language)}: [kpis.{language}.md](kpis.{language}.md#{function.kpi})."


def _shown(expected: Any, language: Language) -> str:
    if isinstance(expected, list):
        return "; ".join(" | ".join(_shown(cell, language) for cell in row) for row in expected)
    if isinstance(expected, int | float):
        digits = f"{expected:.10g}"
        return digits.replace(".", ",") if language == "fi" else digits
    return f"”{expected}”" if language == "fi" else f"“{expected}”"


def _word(key: str, language: Language) -> str:
    return load_texts("addin.texts", "function_reference.toml")[key].show(language)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    for spoken in LANGUAGES:
        (folder / page(spoken)).write_text(reference(spoken), encoding="utf-8")
