"""From a workbook to a plan: its targets found, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from addin.ooxml.errors import FillError
from addin.ooxml.mapping import read_mapping
from addin.ooxml.package import read_package
from addin.ooxml.plan import Plan
from addin.ooxml.targets import find_targets
from addin.ooxml.template import Template


def compile_template(
    source: str | Path | bytes,
    *,
    name: str | None = None,
    mapping: Mapping[str, str] | str | Path | None = None,
    known: frozenset[str] | set[str] | None = None,
    meant: Callable[[str], bool] | None = None,
) -> Plan:
    """Find the targets of a template, given by its path or its bytes.

    `name` is how messages call it; `mapping` binds cells of a workbook that has no names: {"Sheet1!B4": "win_rate"}, or
    the path of a TOML file that holds such lines;
    `known` are the names that somebody has values for, to tell which targets nobody can fill;
    `meant` tells which defined names are targets at all (every one, where it is not given). Raises FillError.
    """
    if isinstance(source, bytes):
        data, file = source, name or "template.xlsx"
    else:
        path = Path(source)
        file = name or path.name
        try:
            data = path.read_bytes()
        except OSError:
            raise FillError("unreadable", file=str(path)) from None
    bound = read_mapping(mapping) if isinstance(mapping, str | Path) else mapping or {}
    template = Template(read_package(data, file))
    targets = find_targets(template, bound, meant or (lambda name: True))
    return Plan(template, targets, None if known is None else frozenset(known))
