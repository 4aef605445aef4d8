"""The sample's exports with one source row changed, the way somebody edits a CRM afterwards."""

from __future__ import annotations

from pathlib import Path

from addin.sample import contents


def write_edited(folder: Path, edits: dict[str, tuple[str, str]] | None = None) -> Path:
    """Write the sample; in each file named in `edits` the one line that holds a text is replaced ("" takes it out)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents().items():
        text = content.decode("utf-8-sig")
        if edits and name in edits:
            text = _edited(text, *edits[name])
        (folder / name).write_bytes(text.encode("utf-8-sig"))
    return folder


def _edited(text: str, old: str, new: str) -> str:
    lines = text.splitlines(keepends=True)
    found = [i for i, line in enumerate(lines) if old in line]
    assert len(found) == 1, (old, len(found))
    lines[found[0]] = lines[found[0]].replace(old, new) if new else ""
    return "".join(lines)
