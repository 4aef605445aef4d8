"""How parts point at each other: the .rels part beside each part."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from addin.ooxml.package import Package
from addin.ooxml.xml_part import Edit, Part, elements, quoted, read_part

_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


class Relationship(NamedTuple):
    """One relationship: `kind` is the last word of its type, `target` the part's full name or an address outside."""

    id: str
    kind: str
    target: str
    external: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Relationships:
    """The relationships of one part; without a .rels part there are none."""

    name: str
    part: Part | None
    all: tuple[Relationship, ...]

    def of_kind(self, kind: str) -> list[Relationship]:
        """Those of one kind that point at a part of the package."""
        return [each for each in self.all if each.kind == kind and not each.external]

    def target(self, identity: str) -> str | None:
        """The part that an r:id points at."""
        return next((each.target for each in self.all if each.id == identity and not each.external), None)

    def new_id(self, taken: int = 0) -> str:
        """An id that no relationship has; `taken` counts those given out since."""
        ids = {each.id for each in self.all}
        number = len(ids) + 1
        while True:
            if f"rId{number}" not in ids:
                if not taken:
                    return f"rId{number}"
                taken -= 1
            number += 1

    def without(self, target: str) -> list[Edit]:
        """The edits that take away every relationship to a part."""
        return [Edit(each.start, each.end, b"") for each in self.all if not each.external and each.target == target]


def rels_name(part: str) -> str:
    """The name of the part that holds a part's relationships; "" is the package itself."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def resolved(source: str, target: str) -> str:
    """The full name of the part that `target` means in the relationships of `source`."""
    target = unquote(target)
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), target))


def relationships(package: Package, source: str) -> Relationships:
    """The relationships of a part."""
    name = rels_name(source)
    found = package.find(name)
    if found is None:
        return Relationships(name, None, ())
    part = read_part(package, found)
    rows = []
    for element in elements(part).all("Relationship"):
        external = element.attributes.get("TargetMode") == "External"
        target = element.attributes.get("Target", "")
        if not external:
            full = resolved(source, target)
            target = package.find(full) or full
        kind = element.attributes.get("Type", "").rpartition("/")[2]
        rows.append(Relationship(element.attributes.get("Id", ""), kind, target, external, element.start, element.end))
    return Relationships(found, part, tuple(rows))


def relationship(identity: str, kind: str, target: str, *, external: bool = False, strict: bool = False) -> bytes:
    """A new relationship's element; a kind of another schema is given as its full address."""
    if "/" not in kind:
        kind = f"{STRICT if strict else TRANSITIONAL}/{kind}"
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="{identity}" Type="{kind}" Target="{quoted(target)}"{mode}/>'.encode()


def with_added(rels: Relationships, added: bytes) -> bytes:
    """The .rels part with relationships added at its end; a new part where there was none."""
    if rels.part is None:
        head = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_NAMESPACE}">'
        return head.encode() + added + b"</Relationships>"
    root = elements(rels.part, 0)
    prefix = root.name.rpartition("Relationships")[0]
    if prefix:
        added = added.replace(b"<Relationship ", f"<{prefix}Relationship ".encode())
    return inside_end(rels.part, root.start, root.inner, root.after, added)


def inside_end(part: Part, start: int, inner: int, after: int, added: bytes) -> bytes:
    """The part's bytes with `added` as the last content of the element at `start`, which may be empty."""
    data = part.data
    if data[inner - 2] != 0x2F:
        return data[:after] + added + data[after:]
    name = data[start + 1 : inner - 2].split()[0]
    return data[: inner - 2] + b">" + added + b"</" + name + b">" + data[inner:]
