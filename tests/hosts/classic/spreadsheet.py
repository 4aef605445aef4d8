"""Run by LibreOffice's own Python: open a workbook with its macros, fill cells, compute formulas, print what they show.

Reads {"file", "cells": {sheet: {address: value or "=formula"}}, "formulas": {name: [sheet, area, formula]}} as JSON;
prints {name: rows of values or errors as [code]}.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


def connected(pipe: str) -> Any:
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    for _ in range(600):
        try:
            office = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return office.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", office)
        except NoConnectException:
            time.sleep(0.1)
    raise TimeoutError("LibreOffice did not answer")


def shown(cell: Any) -> Any:
    if cell.getError():
        return [cell.getError()]
    if cell.Type.value == "TEXT" or (cell.Type.value == "FORMULA" and cell.FormulaResultType2 == 2):
        return cell.String
    return cell.Value


def main() -> None:
    asked = json.load(sys.stdin)
    desktop = connected(sys.argv[1])
    always = [PropertyValue("Hidden", 0, True, 0), PropertyValue("MacroExecutionMode", 0, 4, 0)]
    book = desktop.loadComponentFromURL(asked["file"], "_blank", 0, tuple(always))
    for name, cells in asked["cells"].items():
        book.Sheets.insertNewByName(name, book.Sheets.Count)
        for address, value in cells.items():
            cell = book.Sheets.getByName(name).getCellRangeByName(address)
            if isinstance(value, str):
                cell.setFormula(value)
            else:
                cell.setValue(value)
    answers = {}
    for name, (sheet, area, formula) in asked["formulas"].items():
        cells = book.Sheets.getByName(sheet).getCellRangeByName(area)
        cells.setFormula(formula) if ":" not in area else cells.setArrayFormula(formula)
        book.calculateAll()
        size = (
            cells.RangeAddress.EndRow - cells.RangeAddress.StartRow + 1,
            cells.RangeAddress.EndColumn - cells.RangeAddress.StartColumn + 1,
        )
        answers[name] = [[shown(cells.getCellByPosition(c, r)) for c in range(size[1])] for r in range(size[0])]
    json.dump(answers, sys.stdout)
    book.close(True)
    desktop.terminate()


main()
