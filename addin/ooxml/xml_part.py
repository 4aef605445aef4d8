"""A part's XML as bytes with the places of its elements: cut and spliced, never written out anew."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

from addin.ooxml.errors import FillError
from addin.ooxml.package import Package

_BOMS = (
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
TAG_REST = re.compile(rb"""(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE = re.compile(rb"""\s([^\s=<>"'/]+)\s*=\s*(?:"[^"]*"|'[^']*')""")
_MOST_NESTED = 200
_MOST_ELEMENTS = 3_000_000  # about 1 GB; the shared strings of the largest workbooks have fewer


class Edit(NamedTuple):
    """Bytes to stand in the place of data[start:end]."""

    start: int
    end: int
    text: bytes


@dataclass(slots=True)
class Element:
    """One element: data[start:inner] is its start tag, data[inner:after] its content, data[start:end] all of it."""

    name: str
    attributes: dict[str, str]
    start: int
    inner: int = 0
    after: int = 0
    end: int = 0
    children: list[Element] = field(default_factory=list)

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    def child(self, local: str) -> Element | None:
        """The first child of this name."""
        return next((child for child in self.children if child.local == local), None)

    def all(self, local: str) -> list[Element]:
        """The children of this name."""
        return [child for child in self.children if child.local == local]

    def walk(self) -> Iterator[Element]:
        """The element and everything in it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Part:
    """The text of one part as UTF-8; `encoding` is what the file has and gets back."""

    file: str
    name: str
    data: bytes
    encoding: str | None = None

    def stored(self, data: bytes) -> bytes:
        """`data` in the part's own encoding."""
        if self.encoding is None:
            return data
        return data.decode("utf-8").encode(self.encoding, "xmlcharrefreplace")


def read_part(package: Package, name: str) -> Part:
    """A part of the package. Raises FillError: missing_part, document_type, not_xml."""
    found = package.find(name)
    if found is None:
        raise FillError("missing_part", file=package.file, part=name)
    data = package.read(found)
    encoding: str | None = None
    for mark, codec in _BOMS:
        if data.startswith(mark):
            encoding = codec
    if encoding is None and data[:4] in (b"<\0?\0", b"\0<\0?"):
        encoding = "utf-16-le" if data[0] else "utf-16-be"
    if encoding is None:
        declared = _DECLARED.match(data.removeprefix(codecs.BOM_UTF8)[:200])
        if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
            encoding = declared[1].decode("ascii")
    if encoding is not None:
        try:
            data = data.decode(encoding).encode("utf-8")
        except (LookupError, UnicodeError):
            raise FillError("not_xml", file=package.file, part=name, reason=encoding) from None
    if _DOCTYPE.search(data):
        raise FillError("document_type", file=package.file, part=name)
    return Part(package.file, found, data, encoding)


def parser_of(part: Part) -> expat.XMLParserType:
    """An expat parser for the part's bytes."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    return parser


def parse(parser: expat.XMLParserType, part: Part) -> None:
    """Run the parser over the part. Raises FillError("not_xml")."""
    try:
        parser.Parse(part.data, True)
    except expat.ExpatError as fault:
        raise FillError("not_xml", file=part.file, part=part.name, reason=str(fault)) from None


def tag_end(data: bytes, start: int) -> int:
    """Where the tag that starts at `start` ends."""
    found = TAG_REST.match(data, start)
    assert found is not None, "expat has read this tag"
    return found.end()


def elements(part: Part, deepest: int = _MOST_NESTED) -> Element:
    """The part's root with all elements down to `deepest` levels below it."""
    data = part.data
    parser = parser_of(part)
    root = Element("", {}, 0)
    stack = [root]
    depth = count = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        if count > _MOST_ELEMENTS:
            raise FillError("too_many_elements", file=part.file, part=part.name, most=_MOST_ELEMENTS)
        if depth > _MOST_NESTED:
            raise FillError("not_xml", file=part.file, part=part.name, reason=f"> {_MOST_NESTED}")
        if depth > deepest + 1:
            return
        start = parser.CurrentByteIndex
        element = Element(name, attributes, start, tag_end(data, start))
        stack[-1].children.append(element)
        stack.append(element)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        if depth > deepest:
            return
        element = stack.pop()
        if data[element.inner - 2] == 0x2F:  # an empty element has no end tag: <c/>
            element.after = element.end = element.inner
        else:
            element.after = parser.CurrentByteIndex
            element.end = tag_end(data, element.after)

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parse(parser, part)
    return root.children[0]


_UNREAD = re.compile(r"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_ENTITY = re.compile(r"&(#x[0-9A-Fa-f]+|#[0-9]+|amp|lt|gt|quot|apos);")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def unescaped(text: bytes) -> str:
    """The text that XML content stands for: comments, instructions and CDATA marks left out."""
    plain = text.decode("utf-8")
    if "<" in plain:
        plain = _UNREAD.sub(lambda found: escaped(found[1] or ""), plain)
    if "&" not in plain:
        return plain
    return _ENTITY.sub(lambda found: _NAMED.get(found[1]) or _character(found[1]), plain)


def _character(reference: str) -> str:
    return chr(int(reference[2:], 16) if reference[1] in "xX" else int(reference[1:]))


def escaped(text: str) -> str:
    """Text as XML content."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(text: str) -> str:
    """Text as the content of an attribute in double quotes."""
    return escaped(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


def whole_number(part: Part, attributes: dict[str, str], name: str, default: int) -> int:
    """The number that an attribute holds. Raises FillError("not_xml") for anything else."""
    text = attributes.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise FillError("not_xml", file=part.file, part=part.name, reason=f'{name}="{text[:40]}"')
    return int(text)


def content(part: Part, element: Element) -> str:
    """The text of an element that has no children."""
    return unescaped(part.data[element.inner : element.after])


def attribute(part: Part, element: Element, name: str, value: str | None) -> Edit:
    """The edit that gives an element's attribute a value, adds it, or takes it away (None)."""
    text = b"" if value is None else f' {name}="{quoted(value)}"'.encode()
    for found in _ATTRIBUTE.finditer(part.data, element.start, element.inner):
        if found[1] == name.encode():
            return Edit(found.start(), found.end(), text)
    at = element.start + 1 + len(element.name.encode())
    return Edit(at, at, text)


def splice(data: bytes, edits: Iterable[Edit]) -> bytes:
    """`data` with the edits made; those at one place stand in the order given. They may not overlap."""
    pieces: list[bytes] = []
    at = 0
    for start, end, text in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        assert start >= at, "two edits touch the same bytes"
        pieces += (data[at:start], text)
        at = end
    pieces.append(data[at:])
    return b"".join(pieces)
