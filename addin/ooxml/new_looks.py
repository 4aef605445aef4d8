"""The looks of cells on sheets that are added: fonts, fills and formats at the end of the workbook's own."""

from __future__ import annotations

from collections.abc import Mapping

from addin.ooxml.conditional_formats import Look
from addin.ooxml.styles import StyleAdditions, Styles, appended
from addin.ooxml.xml_part import Edit, Part, elements, splice

_INK, _QUIET, _ACCENT, _INPUT = "1F2933", "616E7C", "1F3A5F", "0000FF"
_FONTS: Mapping[str, tuple[str, float, str]] = {
    "plain": ("", 9, _INK),
    "bold": ("<b/>", 9, _INK),
    "quiet": ("", 9, _QUIET),
    "header": ("<b/>", 9, _ACCENT),
    "title": ("<b/>", 18, _ACCENT),
    "input": ("", 9, _INPUT),
    "formula": ("<i/>", 9, _INK),
}
_GENERAL, _DATE, _COUNT, _AMOUNT, _PLAIN, _PERCENT = 0, 14, 3, 4, 2, 10  # built in: shown as the reader's country does
# Each look: font, number format, horizontal alignment, whether on the header's ground, whether its text wraps.
_LOOKS: Mapping[str, tuple[str, int, str, bool, bool]] = {
    "text": ("plain", _GENERAL, "left", False, False),
    "number": ("plain", _GENERAL, "right", False, False),
    "count": ("plain", _COUNT, "right", False, False),
    "date": ("plain", _DATE, "right", False, False),
    "input_text": ("input", _GENERAL, "left", False, False),
    "input_number": ("input", _GENERAL, "right", False, False),
    "input_amount": ("input", _AMOUNT, "right", False, False),
    "input_date": ("input", _DATE, "right", False, False),
    "role": ("plain", _GENERAL, "left", False, False),
    "role_formula": ("formula", _GENERAL, "left", False, False),
    "amount": ("plain", _AMOUNT, "right", False, False),
    "amount_formula": ("formula", _AMOUNT, "right", False, False),
    "share": ("plain", _PERCENT, "right", False, False),
    "decimal": ("plain", _PLAIN, "right", False, False),
    "figure": ("bold", _GENERAL, "right", False, False),
    "figure_amount": ("bold", _AMOUNT, "right", False, False),
    "figure_share": ("bold", _PERCENT, "right", False, False),
    "figure_decimal": ("bold", _PLAIN, "right", False, False),
    "note": ("quiet", _GENERAL, "left", False, False),
    "title": ("title", _GENERAL, "left", False, False),
    "header": ("header", _GENERAL, "left", True, True),
    "header_right": ("header", _GENERAL, "right", True, True),
}
_FLUSH = ("note", "title")  # other texts keep off the numbers to their left
_GROUND = '<fill><patternFill patternType="solid"><fgColor rgb="FFEEF2F6"/></patternFill></fill>'
_COUNTED = Look(fill="DCE9F5")


class NewLooks:
    """The styles with the looks of added sheets: their numbers, and the part that has them."""

    def __init__(self, styles: Styles) -> None:
        additions = StyleAdditions(styles)
        self.counted = additions.look(_COUNTED.xml())
        part = styles.part
        self._part = Part(part.file, part.name, additions.written(), part.encoding)
        self._prefix = styles.prefix
        self._root = elements(self._part, 3)
        self._formats = len(styles.formats)
        self._fonts, self._fills = (
            self._count(section, each) for section, each in (("fonts", "font"), ("fills", "fill"))
        )

    @staticmethod
    def header(look: str) -> str:
        """The look of the header above cells of a look: on the same side."""
        return "header_right" if _LOOKS[look][2] == "right" else "header"

    def number(self, look: str) -> int:
        """The style number of a look; texts that begin like a formula have it with `quoted_` before it."""
        quoted = look.startswith("quoted_")
        place = list(_LOOKS).index(look.removeprefix("quoted_"))
        return self._formats + place + (len(_LOOKS) if quoted else 0)

    def written(self) -> bytes:
        """The styles part."""
        fonts = [
            f'<font>{marks}<sz val="{size:g}"/><color rgb="FF{colour}"/><name val="Arial"/></font>'
            for marks, size, colour in _FONTS.values()
        ]
        formats = [
            self._format(*look, quoted=quoted, indented=look[2] == "left" and name not in _FLUSH)
            for quoted in (False, True)
            for name, look in _LOOKS.items()
        ]
        edits = [
            *self._added("fonts", fonts, self._fonts),
            *self._added("fills", [_GROUND], self._fills),
            *self._added("cellXfs", formats, self._formats),
        ]
        return self._part.stored(splice(self._part.data, edits))

    def _format(
        self, font: str, number: int, align: str, ground: bool, wraps: bool, *, quoted: bool, indented: bool
    ) -> str:
        own_font = self._fonts + list(_FONTS).index(font)
        fill = self._fills if ground else 0
        mark = ' quotePrefix="1"' if quoted else ""
        wrap = (' wrapText="1"' if wraps else "") + (' indent="1"' if indented else "")
        return (
            f'<xf numFmtId="{number}" fontId="{own_font}" fillId="{fill}" borderId="0" xfId="0"'
            f'{mark} applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1">'
            f'<alignment horizontal="{align}" vertical="{"bottom" if ground else "top"}"{wrap}/></xf>'
        )

    def _count(self, section: str, each: str) -> int:
        found = self._root.child(section)
        return len(found.all(each)) if found else 0

    def _added(self, section: str, added: list[str], before: int) -> list[Edit]:
        found = self._root.child(section)
        assert found is not None, "every workbook with cells has these sections"
        text = "".join(added).replace("</", "\0").replace("<", f"<{self._prefix}").replace("\0", f"</{self._prefix}")
        return appended(self._part, found, text.encode(), before + len(added))
