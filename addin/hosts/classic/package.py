"""kpi.xlam: xlwings' add-in for own functions, with our VBA, our settings sheet, our ribbon and our name."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from addin.hosts.classic.errors import base_changed
from addin.hosts.classic.project import PART, own_modules, vba_project
from addin.hosts.classic.settings_sheet import SHEET, Block, blocks
from addin.hosts.classic.wording import say
from kpi_core.texts import Language

BASE = "quickstart_addin_ribbon.xlam"
_ALWAYS = (1980, 1, 1, 0, 0, 0)  # the oldest day a zip knows: the same input makes the same bytes
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def written_addin(out: Path, language: Language, settings: Mapping[str, str]) -> Path:
    """Write the add-in whole or not at all; `settings` are what the sheet tells xlwings.

    Raises OSError where it cannot be written, as while Excel has it open.
    """
    with as_file(files("xlwings").joinpath(BASE)) as base, zipfile.ZipFile(base) as source:
        replaced = {
            PART: vba_project(base, own_modules()),
            "customUI/customUI.xml": _ribbon(language),
            "docProps/core.xml": _properties(language),
            **_sheet(blocks(language, settings)),
            "xl/workbook.xml": _workbook(source.read("xl/workbook.xml").decode("utf-8")),
        }
        unfinished = out.with_name(f"{out.name}.part")
        try:
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as target:
                for part in source.namelist():
                    entry = zipfile.ZipInfo(part, _ALWAYS)
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    target.writestr(entry, replaced.get(part, source.read(part)))
            return unfinished.replace(out)
        finally:
            unfinished.unlink(missing_ok=True)


def _workbook(base: str) -> bytes:
    """The base's workbook with the sheet's name that xlwings looks for, without its author's folder."""
    named, changed = re.subn(r'<sheet name="[^"]*"', f'<sheet name="{SHEET}"', base)
    if changed != 1:
        raise base_changed(BASE, "xl/workbook.xml")
    return re.sub(r"<(mc:AlternateContent|extLst)\b.*?</\1>", "", named, flags=re.DOTALL).encode("utf-8")


def _sheet(shown: Iterable[Block]) -> dict[str, bytes]:
    """The worksheet and its strings, blocks side by side from their columns on."""
    strings: dict[str, int] = {}
    rows: dict[int, list[str]] = {}
    for block in shown:
        for number, row in enumerate(block.rows, start=1):
            cells = rows.setdefault(number, [])
            for column, text in enumerate(row, start=block.column):
                index = strings.setdefault(text, len(strings))
                cells.append(f'<c r="{_letters(column)}{number}" t="s"><v>{index}</v></c>')
    data = "".join(f'<row r="{number}">{"".join(cells)}</row>' for number, cells in sorted(rows.items()))
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetPr codeName="Sheet2"/><sheetData>{data}</sheetData></worksheet>'
    return {
        "xl/worksheets/sheet1.xml": _part(sheet),
        "xl/sharedStrings.xml": _part(f'<sst xmlns="{_MAIN}" uniqueCount="{len(strings)}">{items}</sst>'),
    }


def _letters(column: int) -> str:
    name = ""
    while column:
        column, last = divmod(column - 1, 26)
        name = chr(ord("A") + last) + name
    return name


def _ribbon(language: Language) -> bytes:
    buttons = "".join(_button(id_, macro, image, language) for id_, macro, image in _BUTTONS)
    return _part(
        '<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"><ribbon><tabs><tab idMso="TabFormulas">'
        f'<group id="kpiGroup" label={quoteattr(say("ribbon.group", language))}>{buttons}</group>'
        "</tab></tabs></ribbon></customUI>"
    )


_BUTTONS: Sequence[tuple[str, str, str]] = (
    ("check", "KpiAddin.KpiCheck", "DatabasePermissionsMenu"),
    ("recalculate", "KpiAddin.KpiRecalculate", "CalculateNow"),
)


def _button(id_: str, macro: str, image: str, language: Language) -> str:
    label, tip = (quoteattr(say(f"ribbon.{id_}{end}", language)) for end in ("", "_tip"))
    return f'<button id="kpi_{id_}" label={label} screentip={tip} imageMso="{image}" onAction="{macro}"/>'


def _properties(language: Language) -> bytes:
    """What Excel's list of add-ins shows: title and description."""
    return _part(
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(say('addin.title', language))}</dc:title>"
        f"<dc:description>{escape(say('addin.about', language))}</dc:description></cp:coreProperties>"
    )


def _part(xml: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{xml}'.encode()
