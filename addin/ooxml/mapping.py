"""The mapping file of a workbook that has no names: TOML lines such as `"Sheet1!B4" = "win_rate"`."""

from __future__ import annotations

import tomllib
from pathlib import Path

from addin.ooxml.errors import FillError


def read_mapping(path: str | Path) -> dict[str, str]:
    """Addresses with the names of their values. Raises FillError: mapping_unreadable, mapping_value."""
    try:
        found = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError, OSError) as fault:  # of TOML, UTF-8, a huge number; nested without end
        raise FillError("mapping_unreadable", file=str(path), reason=str(fault)) from None
    for address, key in found.items():
        if not isinstance(key, str):
            raise FillError("mapping_value", file=str(path), address=address, found=repr(key))
    return found
