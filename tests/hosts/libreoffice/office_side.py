"""A LibreOffice that tests drive, run by its own Python: JSON requests on stdin, JSON answers on stdout, one a line."""

import json
import sys
import time

sys.path.insert(0, sys.argv[1])  # the folder of session.py

import uno
from com.sun.star.beans import PropertyValue
from session import office, service


class Spreadsheets:
    def __init__(self, context):
        self.context = context
        self.desktop = service(context, "com.sun.star.frame.Desktop")
        self.document = None

    def open(self, url):
        self.close()
        hidden = PropertyValue("Hidden", 0, True, 0)
        self.document = self.desktop.loadComponentFromURL(url or "private:factory/scalc", "_blank", 0, (hidden,))

    def close(self):
        if self.document is not None:
            self.document.close(True)
            self.document = None

    def save(self, url, kind):
        self.document.storeToURL(url, (PropertyValue("FilterName", 0, kind, 0),))

    def sheet(self, name):
        sheets = self.document.Sheets
        if not sheets.hasByName(name):
            sheets.insertNewByName(name, sheets.getCount())
        return sheets.getByName(name)

    def fill(self, sheet, values, formulas, arrays=()):
        """Values by their first cell, formulas by cell, array formulas by range; then one recalculation."""
        target = self.sheet(sheet)
        self.document.enableAutomaticCalculation(False)
        self.document.addActionLock()
        for address, rows in values.items():
            start = target.getCellRangeByName(address).getRangeAddress()
            end = (start.StartColumn + len(rows[0]) - 1, start.StartRow + len(rows) - 1)
            block = target.getCellRangeByPosition(start.StartColumn, start.StartRow, *end)
            block.setDataArray(tuple(tuple("" if it is None else it for it in row) for row in rows))
        for address, formula in formulas.items():
            target.getCellRangeByName(address).setFormula(formula)
        for address, formula in dict(arrays).items():
            target.getCellRangeByName(address).setArrayFormula(formula)
        self.document.removeActionLock()
        started = time.perf_counter()
        self.document.calculateAll()
        return time.perf_counter() - started

    def formulas(self, sheet, address, rows):
        """A block of formulas, not yet computed."""
        self.document.enableAutomaticCalculation(False)
        self.sheet(sheet).getCellRangeByName(address).setFormulaArray(tuple(map(tuple, rows)))

    def local(self, sheet, address, formula):
        """A formula as it is typed in the user's language and locale."""
        self.document.enableAutomaticCalculation(True)
        self.sheet(sheet).getCellRangeByName(address).FormulaLocal = formula

    def timed(self, sheet, address, formula):
        """The seconds that one formula takes, twice: the first time with whatever has to be loaded."""
        self.document.enableAutomaticCalculation(True)
        cell = self.sheet(sheet).getCellRangeByName(address)
        taken = []
        for _ in range(2):
            cell.setFormula("")
            started = time.perf_counter()
            cell.setFormula(formula)
            cell.getError()
            taken.append(time.perf_counter() - started)
        return taken

    def read(self, sheet, address):
        """Each cell as its number, its text, or {"error": code}."""
        block = self.sheet(sheet).getCellRangeByName(address)
        rows = block.getDataArray()
        return [
            [it if it is not None else {"error": block.getCellByPosition(x, y).getError()} for x, it in enumerate(row)]
            for y, row in enumerate(rows)
        ]

    def held(self, sheet, address):
        """Each cell as its number or its text; null for an error, at once for a block of any size."""
        return self.sheet(sheet).getCellRangeByName(address).getDataArray()

    def formula(self, sheet, address):
        return self.sheet(sheet).getCellRangeByName(address).getFormula()

    def shown(self, sheet, address):
        return self.sheet(sheet).getCellRangeByName(address).getString()

    def described(self):
        """The function wizard's entries: description and arguments by function."""
        found = {}
        entries = service(self.context, "com.sun.star.sheet.FunctionDescriptions")
        for entry in (entries.getByIndex(place) for place in range(entries.getCount())):
            said = {it.Name: it.Value for it in entry}
            arguments = [[it.Name, it.Description, it.IsOptional] for it in said["Arguments"] or ()]
            found[said["Name"]] = [said["Description"], arguments]
        return found


def main():
    with office("soffice", sys.argv[2]) as context:
        spreadsheets = Spreadsheets(context)
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = {"answer": getattr(spreadsheets, request.pop("do"))(**request)}
            except Exception as error:  # the test is told, and fails
                answer = {"failed": repr(error)}
            print(json.dumps(answer), flush=True)
        spreadsheets.close()


if __name__ == "__main__":
    uno.getComponentContext()
    main()
