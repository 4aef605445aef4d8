"""A job for somebody's own workbook: cells, a table and conditional formats on a sheet that suits."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from addin.ooxml import ConditionalFormat, FillError, Look, Plan, compile_template
from addin.ooxml.addresses import Area, read_cell
from addin.ooxml.package import read_package
from addin.ooxml.template import Template

_CONSTANT = re.compile(rb'<(?:x:)?c r="([A-Z]+[1-9]\d*)"[^>]*><(?:x:)?v>')
_CELLS = 12


@dataclass
class RealJob:
    """What is filled in one workbook; `cells` by address on `sheet`, `table` with its rows."""

    path: Path
    template: Template
    plan: Plan
    sheet: str
    part: str
    cells: dict[str, float | str]
    table: str | None = None
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def formats(self) -> list[ConditionalFormat]:
        """Two rules on the filled cells: a limit that is a cell, and a formula."""
        first, *_, last = self.cells
        cells = f"'{self.sheet}'!{first} {last}"
        return [
            ConditionalFormat(cells, Look(fill="FFC7CE", font="9C0006"), ("$A$1",), "lessThan"),
            ConditionalFormat(cells, Look(bold=True), (f"LEN({first})>3",)),
        ]

    def fill(self) -> bytes:
        """The workbook filled by this project."""
        tables = {self.table: self.rows} if self.table else {}
        return self.plan.fill(self.cells, tables, self.formats)  # type: ignore[arg-type]

    def filled_cells(self) -> dict[str, set[str]]:
        """The addresses that are filled, by the sheet's part."""
        found = {self.part: set(self.cells)}
        if self.table:
            from openpyxl.utils import get_column_letter, range_boundaries

            target = self.plan.tables[self.table]
            left, top, right, bottom = range_boundaries(target.area)
            part = self.template.tables[self.table.casefold()].sheet.part
            found.setdefault(part, set()).update(
                f"{get_column_letter(column)}{row}"
                for row in range(top, bottom + 1)
                for column in range(left, right + 1)
            )
        return found

    def fill_with_openpyxl(self) -> bytes:
        """The same job by openpyxl's load and save."""
        from openpyxl import load_workbook
        from openpyxl.formatting.rule import CellIsRule, FormulaRule
        from openpyxl.styles import Font, PatternFill
        from openpyxl.utils import range_boundaries

        book = load_workbook(self.path, keep_vba=self.path.suffix == ".xlsm")
        sheet = book[self.sheet]
        for address, value in self.cells.items():
            sheet[address] = value
        if self.table:
            target = self.plan.tables[self.table]
            left, top, _, _ = range_boundaries(target.area)
            for number, row in enumerate(self.rows):
                for place, value in enumerate(row):
                    book[target.sheet].cell(top + 1 + number, left + place, value)
        first, *_, last = self.cells
        red = PatternFill(bgColor="FFC7CE")
        sheet.conditional_formatting.add(f"{first} {last}", CellIsRule(operator="lessThan", formula=["$A$1"], fill=red))
        sheet.conditional_formatting.add(
            f"{first} {last}", FormulaRule(formula=[f"LEN({first})>3"], font=Font(bold=True))
        )
        target_file = io.BytesIO()
        book.save(target_file)
        return target_file.getvalue()


def job_for(path: Path) -> RealJob:
    """A job for the workbook at `path`: constants replaced and blank cells written, and its first table that suits."""
    template = Template(read_package(path.read_bytes(), path.name))
    sheet = template.book.sheets[0]
    constants = [found.decode() for found in _CONSTANT.findall(template.part(sheet.part).data)]
    pivots = template.pivot_areas(sheet)
    constants = [each for each in constants if not _may_be_overgrown(each, pivots)]
    wanted = constants[:: max(1, len(constants) // 24)] + [
        f"{column}{row}" for row in (2, 40, 300) for column in ("BK", "BM")
    ]
    taken: dict[str, float | str] = {}
    trial = compile_template(path, mapping={f"'{sheet.name}'!{address}": address for address in wanted})
    for number, address in enumerate(wanted):
        value = f"Täyttö {number} & <b>" if number % 3 == 2 else number + 1 / 3
        if len(taken) < _CELLS and _accepts(trial, address, value):
            taken[address] = value
    mapping = {f"'{sheet.name}'!{address}": address for address in taken}
    job = RealJob(path, template, compile_template(path, mapping=mapping), sheet.name, sheet.part, taken)
    for name, table in job.plan.tables.items():
        count = template.tables[name.casefold()].rows
        rows = [tuple(n * 1.5 + c if c % 2 else f"R{n}" for c in range(len(table.columns))) for n in range(count)]
        try:
            job.plan.fill(job.cells, {name: rows}, job.formats)  # type: ignore[arg-type]
        except FillError:
            continue
        job.table, job.rows = name, rows
        break
    return job


def _may_be_overgrown(address: str, pivots: list[Area]) -> bool:
    """Whether a pivot table could grow over a cell when it is refreshed after its source was filled."""
    cell = read_cell(address)
    return any(cell.row >= area.top and cell.column >= area.left for area in pivots)


def _accepts(plan: Plan, key: str, value: float | str) -> bool:
    try:
        plan.fill({key: value})
    except FillError:
        return False
    return True
