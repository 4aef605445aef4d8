"""The styles part: what a cell's style number says, and additions at its ends: looks of rules, number formats."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from addin.ooxml.content_types import ContentTypes
from addin.ooxml.package import Package
from addin.ooxml.relationships import inside_end
from addin.ooxml.xml_part import Edit, Element, Part, attribute, elements, quoted, read_part, splice, whole_number

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
DATE, DATE_AND_TIME = 14, 22

_AFTER_DXFS = {"tableStyles", "colors", "extLst"}
_AFTER_CELL_XFS = {"cellStyles", "dxfs", *_AFTER_DXFS}
_NUMBER_FORMAT = re.compile(rb"""\s(?:numFmtId|applyNumberFormat)\s*=\s*(?:"[^"]*"|'[^']*')""")
_QUOTED = re.compile(rb"""\squotePrefix\s*=\s*(?:"[^"]*"|'[^']*')""")
_BUILT_IN = {"General": 0, "0": 1, "0.00": 2, "#,##0": 3, "#,##0.00": 4, "0%": 9, "0.00%": 10, "@": 49}
_FIRST_OWN = 164  # number formats below are Excel's
_FONT_SIZE = 11.0

MINIMAL = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<styleSheet xmlns="{namespace}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


class TextLook(NamedTuple):
    """The letters of a cell whose text wraps: their size [points], and whether they are bold."""

    size: float
    bold: bool


@dataclass(slots=True)
class Styles:
    """What the styles part holds. `made` is true where the workbook had none."""

    part: Part
    made: bool
    root: Element
    prefix: str
    formats: list[Element]
    number_formats: dict[str, int]
    looks: int

    def is_general(self, style: str | None) -> bool:
        """Whether a cell of this style shows a number as it is, so that a date would read as a number."""
        found = self._format(style)
        return found is None or found.attributes.get("numFmtId", "0") == "0"

    def has_format(self, style: str | None, code: str) -> bool:
        """Whether a cell of this style shows numbers in this format already."""
        found = self._format(style)
        number = found.attributes.get("numFmtId", "0") if found is not None else "0"
        return number == str(self.number_formats.get(code, _BUILT_IN.get(code)))

    def wrapping(self, style: str | None) -> TextLook | None:
        """How the letters look in a cell of this style, None where its text does not wrap."""
        found = self._format(style)
        alignment = found.child("alignment") if found else None
        if found is None or alignment is None or alignment.attributes.get("wrapText") not in ("1", "true"):
            return None
        listed = self.root.child("fonts")
        fonts = listed.all("font") if listed else []
        number = whole_number(self.part, found.attributes, "fontId", 0)
        size, bold = (fonts[number].child(each) if number < len(fonts) else None for each in ("sz", "b"))
        return TextLook(
            float(size.attributes.get("val", _FONT_SIZE)) if size else _FONT_SIZE,
            bold is not None and bold.attributes.get("val", "1") not in ("0", "false"),
        )

    def is_locked(self, style: str | None) -> bool:
        """Whether a cell of this style is locked when its sheet is protected."""
        found = self._format(style)
        protection = found.child("protection") if found else None
        return protection is None or protection.attributes.get("locked", "1") not in ("0", "false")

    def _format(self, style: str | None) -> Element | None:
        number = whole_number(self.part, {"s": style or "0"}, "s", 0)
        return self.formats[number] if number < len(self.formats) else None


def read_styles(package: Package, name: str | None, *, strict: bool, file: str) -> Styles:
    """The workbook's styles; the smallest sound ones where it has no such part."""
    if name is None or package.find(name) is None:
        from addin.ooxml.workbook_part import MAIN

        text = MINIMAL.format(namespace=MAIN[1 if strict else 0]).encode()
        part, made = Part(file, "xl/styles.xml", text), True
    else:
        part, made = read_part(package, name), False
    root = elements(part, 3)
    if not ((found := root.child("cellXfs")) and found.all("xf")):
        part = _completed(part, root)
        root = elements(part, 3)
    formats, looks, codes = (root.child(each) for each in ("cellXfs", "dxfs", "numFmts"))
    return Styles(
        part,
        made,
        root,
        root.name.rpartition("styleSheet")[0],
        formats.all("xf") if formats else [],
        {
            each.attributes.get("formatCode", ""): whole_number(part, each.attributes, "numFmtId", 0)
            for each in (codes.all("numFmt") if codes else ())
        },
        len(looks.all("dxf")) if looks else 0,
    )


def _completed(part: Part, root: Element) -> Part:
    """The part with a list of cells' styles, which it has not: some programs write an empty styleSheet."""
    found = root.child("cellXfs")
    prefix = root.name.rpartition("styleSheet")[0]
    section = f'<{prefix}cellXfs count="1"><{prefix}xf numFmtId="0"/></{prefix}cellXfs>'.encode()
    if found is not None:
        return replace(part, data=splice(part.data, [Edit(found.start, found.end, section)]))
    if root.inner == root.end:
        return replace(part, data=inside_end(part, root.start, root.inner, root.after, section))
    later = next((child for child in root.children if child.local in _AFTER_CELL_XFS), None)
    at = later.start if later else root.after
    return replace(part, data=splice(part.data, [Edit(at, at, section)]))


class StyleAdditions:
    """What one layout adds to the styles, and the part with it."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._looks: list[str] = []
        self._formats: dict[tuple[str, int | None, bool], bytes] = {}
        self._codes: dict[str, int] = {}

    @property
    def any(self) -> bool:
        """Whether anything was added."""
        return bool(self._looks or self._formats)

    def look(self, xml: str) -> int:
        """The number (dxfId) of a look of rules, added once."""
        if xml not in self._looks:
            self._looks.append(xml)
        return self._styles.looks + self._looks.index(xml)

    def dated(self, style: str | None, number_format: int) -> str:
        """A style that is as `style` but shows dates."""
        return self._derived(style, number_format, prefixed=False)

    def formatted(self, style: str | None, code: str, *, prefixed: bool) -> str | None:
        """A style that is as `style` but shows numbers by `code`; "" keeps its own.

        With `prefixed` a text that begins like a formula stays a text when somebody edits it.
        """
        keeps = not code or self._styles.has_format(style, code)
        if keeps and not prefixed:
            return style
        return self._derived(style, None if keeps else self._number_format(code), prefixed=prefixed)

    def _number_format(self, code: str) -> int:
        """The number of a number format, added once."""
        known = _BUILT_IN.get(code, self._styles.number_formats.get(code, self._codes.get(code)))
        if known is not None:
            return known
        taken = (_FIRST_OWN - 1, *self._styles.number_formats.values(), *self._codes.values())
        self._codes[code] = max(taken) + 1
        return self._codes[code]

    def _derived(self, style: str | None, number_format: int | None, *, prefixed: bool) -> str:
        key = (style or "0", number_format, prefixed)
        if key not in self._formats:
            self._formats[key] = self._derived_xml(*key)
        return str(len(self._styles.formats) + list(self._formats).index(key))

    def _derived_xml(self, style: str, number_format: int | None, prefixed: bool) -> bytes:
        styles = self._styles
        number = int(style)
        told = b"" if number_format is None else b' numFmtId="%d" applyNumberFormat="1"' % number_format
        told += b' quotePrefix="1"' if prefixed else b""
        if number >= len(styles.formats):
            return b"<%sxf%s/>" % (styles.prefix.encode(), told)
        element = styles.formats[number]
        name = len(element.name) + 1
        tag = styles.part.data[element.start + name : element.inner]
        rest = styles.part.data[element.inner : element.end]
        if number_format is not None:
            tag = _NUMBER_FORMAT.sub(b"", tag)
        if prefixed:
            tag = _QUOTED.sub(b"", tag)
        return b"<" + element.name.encode() + told + tag + rest

    def written(self) -> bytes:
        """The styles part with the additions."""
        part, root = self._styles.part, self._styles.root
        prefix = self._styles.prefix
        edits = self._codes_edits()
        looks = "".join(self._looks).replace("<", f"<{prefix}").replace(f"<{prefix}/", f"</{prefix}").encode()
        found = root.child("dxfs")
        if looks and found:
            edits += appended(part, found, looks, self._styles.looks + len(self._looks))
        elif looks:
            later = next((child for child in root.children if child.local in _AFTER_DXFS), None)
            at = later.start if later else root.after
            section = f'<{prefix}dxfs count="{len(self._looks)}">'.encode() + looks + f"</{prefix}dxfs>".encode()
            edits.append(Edit(at, at, section))
        formats = root.child("cellXfs")
        if self._formats and formats:
            added = b"".join(self._formats.values())
            edits += appended(part, formats, added, len(self._styles.formats) + len(self._formats))
        return splice(part.data, edits)

    def _codes_edits(self) -> list[Edit]:
        """The edits that add number formats; they stand before everything else."""
        part, root = self._styles.part, self._styles.root
        prefix = self._styles.prefix
        codes = "".join(
            f'<{prefix}numFmt numFmtId="{number}" formatCode="{quoted(code)}"/>' for code, number in self._codes.items()
        ).encode()
        found = root.child("numFmts")
        if not codes:
            return []
        if found:
            return appended(part, found, codes, len(found.all("numFmt")) + len(self._codes))
        section = f'<{prefix}numFmts count="{len(self._codes)}">'.encode() + codes + f"</{prefix}numFmts>".encode()
        return [Edit(root.inner, root.inner, section)]


def appended(part: Part, element: Element, added: bytes, count: int) -> list[Edit]:
    """The edits that add children at an element's end and tell their new count."""
    if element.after == element.inner == element.end:
        whole = inside_end(part, element.start, element.inner, element.after, added)
        text = whole[element.start : len(whole) - (len(part.data) - element.end)]
        return [Edit(element.start, element.end, re.sub(rb'count="\d*"', b'count="%d"' % count, text, count=1))]
    edits = [Edit(element.after, element.after, added)]
    if "count" in element.attributes:
        edits.append(attribute(part, element, "count", str(count)))
    return edits


def added_to_package(types: ContentTypes, part: str) -> list[Edit]:
    """The content-type edits of a styles part that the workbook had not."""
    return types.adding({part: CONTENT_TYPE}, {})
