"""A ready-made mapping: what the intake would need to know about a file, as TOML to be completed by hand."""

from __future__ import annotations

import json

from kpi_core.intake.folding import folded_header
from kpi_core.intake.layouts import shipped_layouts
from kpi_core.intake.source import Source
from kpi_core.tables import COLUMNS, TABLE_NAMES


def draft_mapping(source: Source) -> str:
    """The draft for one file: its own mapping where it was recognised, else the nearest table with best guesses.

    A guess stands as a comment beside the headers that are left; the user decides. Saved as a .toml in the mapping
    folder it is read before the shipped layouts.
    """
    table, matched = _nearest(source)
    unused = [header for header in source.headers if header and header not in matched.values()]
    lines = [
        f"name = {_quoted(source.path.stem)}",
        f"system = {_quoted(source.system or 'plain')}",
        f"table = {_quoted(table)}  # {' | '.join(TABLE_NAMES)}",
        f"signature = [{', '.join(_quoted(header) for header in matched.values())}]",
        "",
        "[columns]",
    ]
    for column, meaning in COLUMNS[table].items():  # type: ignore[index]
        kind = f"{meaning.kind}, required" if meaning.required else meaning.kind
        if column in matched:
            lines.append(f"{column} = [{_quoted(matched[column])}]  # {kind}")
        else:
            lines.append(f"# {column} = []  # {kind}")
    if unused:
        lines += ["", "# Headers of the file that are not used yet:"]
        lines += [f"#   {_quoted(header)}" for header in unused]
    words = source.unknown_words
    for column in dict.fromkeys(word.column for word in words):
        choices = COLUMNS[table].get(column if column != "stage" else "status")  # type: ignore[index]
        meant = " | ".join(choices.words) if choices and choices.words else "?"
        lines += ["", f"[values.{column}]  # {meant}"]
        lines += [f"# {_quoted(word.word)} = \"\"  # {word.count}" for word in words if word.column == column]
    return "\n".join(lines) + "\n"


def _nearest(source: Source) -> tuple[str, dict[str, str]]:
    """The table and the matched headers: as read, or of the plain layout that knows most of the headers."""
    if source.table in TABLE_NAMES:
        own = COLUMNS[source.table]  # type: ignore[index]
        return str(source.table), {
            match.column: match.header for match in source.columns if match.column in own and match.column
        }
    best: tuple[str, dict[str, str]] = ("opportunities", {})
    for layout in shipped_layouts():
        if layout.table not in TABLE_NAMES or layout.signature:
            continue
        known = {
            folded_header(alias): column for column, aliases in layout.columns.items() for alias in aliases
        }
        matched: dict[str, str] = {}
        for header in source.headers:
            column = known.get(folded_header(header))
            if column in COLUMNS[layout.table]:  # type: ignore[index]
                matched.setdefault(column, header)  # type: ignore[arg-type]
        if len(matched) > len(best[1]):
            best = (str(layout.table), matched)
    return best


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
