"""[Content_Types].xml: what each part of the package is."""

from __future__ import annotations

from addin.ooxml.package import Package
from addin.ooxml.xml_part import Edit, Part, elements, quoted, read_part

NAME = "[Content_Types].xml"


class ContentTypes:
    """The package's content types."""

    def __init__(self, package: Package) -> None:
        self.part: Part = read_part(package, NAME)
        self.root = elements(self.part, 1)

    def of(self, part: str) -> str:
        """The content type of a part, "" where none is told."""
        name = "/" + part.casefold()
        for each in self.root.all("Override"):
            if each.attributes.get("PartName", "").casefold() == name:
                return each.attributes.get("ContentType", "")
        suffix = name.rpartition(".")[2]
        for each in self.root.all("Default"):
            if each.attributes.get("Extension", "").casefold() == suffix:
                return each.attributes.get("ContentType", "")
        return ""

    def without(self, part: str) -> list[Edit]:
        """The edits that take a part's entry away."""
        name = "/" + part.casefold()
        return [
            Edit(each.start, each.end, b"")
            for each in self.root.all("Override")
            if each.attributes.get("PartName", "").casefold() == name
        ]

    def has_default(self, extension: str) -> bool:
        """Whether an extension has a content type of its own."""
        return any(each.attributes.get("Extension", "").casefold() == extension for each in self.root.all("Default"))

    def adding(self, overrides: dict[str, str], defaults: dict[str, str]) -> list[Edit]:
        """The edits that add entries for parts and for extensions."""
        prefix = self.root.name.rpartition("Types")[0]
        early = "".join(
            f'<{prefix}Default Extension="{extension}" ContentType="{quoted(kind)}"/>'
            for extension, kind in defaults.items()
            if not self.has_default(extension)
        )
        late = "".join(
            f'<{prefix}Override PartName="/{quoted(part)}" ContentType="{quoted(kind)}"/>'
            for part, kind in overrides.items()
        )
        edits = [Edit(self.root.inner, self.root.inner, early.encode())] if early else []
        return [*edits, Edit(self.root.after, self.root.after, late.encode())] if late else edits
