"""A ready-made mapping: what the intake would need to know about a file, as TOML to be completed by hand."""

from __future__ import annotations

import json

from kpi_core.intake.layouts import shipped_layouts
from kpi_core.intake.source import Source
from kpi_core.tables import COLUMNS, TABLE_NAMES, TableName


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
    for column, meaning in COLUMNS[table].items():
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
        choices = COLUMNS[table].get(column if column != "stage" else "status")
        meant = " | ".join(choices.words) if choices and choices.words else "?"
        lines += ["", f"[values.{column}]  # {meant}"]
        lines += [f'# {_quoted(word.word)} = ""  # {word.count}' for word in words if word.column == column]
    return "\n".join(lines) + "\n"


def _nearest(source: Source) -> tuple[TableName, dict[str, str]]:
    """The table and the matched headers: as read, or of the plain layout that knows most of the headers."""
    if source.table in TABLE_NAMES:
        own = COLUMNS[source.table]
        read = {match.column: match.header for match in source.columns if match.column in own}
        return source.table, {column: header for column, header in read.items() if column}
    best: tuple[TableName, dict[str, str]] = ("opportunities", {})
    for layout in shipped_layouts():
        if layout.canonical is None or layout.signature:
            continue
        found = {column: source.headers[places[0]] for column, places in layout.match(source.headers).items()}
        matched = {column: header for column, header in found.items() if column in layout.fields}
        if len(matched) > len(best[1]):
            best = (layout.canonical, matched)
    return best


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
