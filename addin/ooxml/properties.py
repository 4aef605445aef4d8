"""The document's properties: its title, and when it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from addin.ooxml.relationships import relationships
from addin.ooxml.sheet_page import SheetPage, page_of
from addin.ooxml.template import Template
from addin.ooxml.values import Bodies, Value
from addin.ooxml.xml_part import elements, escaped

_KIND = "core-properties"
_ELEMENTS = {"title": "title", "created": "created", "modified": "created"}
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Properties:
    """What to tell of the document, where the template tells it too. `created` is also when it was last modified."""

    title: str = ""
    created: datetime | None = None

    def values(self) -> dict[str, Value]:
        """What is told, by the key of its place."""
        told: dict[str, Value] = {_key("title"): self.title} if self.title else {}
        if self.created is not None:
            told[_key("created")] = self.created.strftime(_MOMENT)
        return told


@dataclass(frozen=True, slots=True)
class PropertySlot:
    """The content of a property's element."""

    key: str

    def xml(self, values: Mapping[str, Value], bodies: Bodies) -> str:
        """The property as XML content."""
        return escaped(str(values[self.key]))


def _key(name: str) -> str:
    return f"docProps:{name}"  # no defined name and no placeholder holds a colon


def properties_page(template: Template, told: frozenset[str]) -> SheetPage | None:
    """The part of the properties with places for those that are told; None where the template has none of them."""
    found = relationships(template.package, "").of_kind(_KIND) if told else []
    name = found[0].target if found else ""
    if not template.package.find(name):
        return None
    part = template.part(name)
    pieces: list[str | PropertySlot] = []
    at = 0
    for element in elements(part).children:
        key = _key(_ELEMENTS.get(element.local, ""))
        if key in told and element.inner != element.end:
            pieces += (part.data[at : element.inner].decode("utf-8"), PropertySlot(key))
            at = element.after
    pieces.append(part.data[at:].decode("utf-8"))
    return page_of(part, pieces)
