"""One job in each engine: a function that fills the template and gives the workbook's bytes."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from benchmarks.jobs import Job, template

Filler = Callable[[], bytes]


def ours(job: Job) -> Filler:
    """This project's engine: compiled once."""
    from addin.ooxml import ConditionalFormat, Look, compile_template

    plan = compile_template(template(job))
    look = Look(fill="FFC7CE")
    formats = [ConditionalFormat(f"kpi_{n}", look, ("0.2",), "lessThan") for n in range(job.formats)]
    tables = {"tblDeals": job.body} if job.rows else {}
    values = job.values
    return lambda: plan.fill(values, tables, formats)


def ours_compiling(job: Job) -> Filler:
    """This project's engine, compiling anew for each workbook."""
    from addin.ooxml import compile_template

    data, values = template(job), job.values
    tables = {"tblDeals": job.body} if job.rows else {}
    return lambda: compile_template(data).fill(values, tables)


def openpyxl(job: Job) -> Filler:
    """Load, fill and save with openpyxl."""
    from openpyxl import load_workbook
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.styles import PatternFill

    data, values, body = template(job), job.values, job.body

    def fill() -> bytes:
        book = load_workbook(io.BytesIO(data))
        _like_openpyxl(book, job, values, body)
        red = PatternFill(bgColor="FFC7CE")
        for number in range(job.formats):
            row, column = job.where(number)
            rule = CellIsRule(operator="lessThan", formula=["0.2"], fill=red)
            cell = book["Board"].cell(row + 1, column + 1).coordinate
            book["Board"].conditional_formatting.add(cell, rule)
        target = io.BytesIO()
        book.save(target)
        return target.getvalue()

    return fill


def _like_openpyxl(book: Any, job: Job, values: dict[str, float | str], body: list[tuple[object, ...]]) -> None:
    for name, value in values.items():
        sheet, cell = next(iter(book.defined_names[name].destinations))
        book[sheet][cell.replace("$", "")] = value
    if body:
        deals = book["Deals"]
        for row, record in enumerate(body, 2):
            for column, value in enumerate(record, 1):
                deals.cell(row, column, value)
        deals.tables["tblDeals"].ref = f"A1:H{len(body) + 1}"
        deals.tables["tblDeals"].autoFilter.ref = f"A1:H{len(body) + 1}"


def wolfxl(job: Job) -> Filler:
    """Load, fill and save with wolfxl (Rust), as far as it is openpyxl's equal."""
    import wolfxl as engine

    data, values, body = template(job), job.values, job.body
    folder = Path(tempfile.mkdtemp())
    (folder / "template.xlsx").write_bytes(data)

    def fill() -> bytes:
        book = engine.load_workbook(str(folder / "template.xlsx"), modify=True)
        board = book["Board"]
        for number, value in enumerate(values.values()):
            row, column = job.where(number)
            board.cell(row + 1, column + 1).value = value
        if body:
            deals = book["Deals"]
            for row, record in enumerate(body, 2):
                for column, value in enumerate(record, 1):
                    deals.cell(row, column).value = value
        book.save(str(folder / "filled.xlsx"))
        return (folder / "filled.xlsx").read_bytes()

    return fill


def excelize(job: Job) -> Filler:
    """Load, fill and save with excelize (Go, through its own library for Python)."""
    import excelize as engine

    data, values, body = template(job), job.values, job.body
    folder = Path(tempfile.mkdtemp())
    cells = [f"{get_column_letter(column + 1)}{row + 1}" for row, column in map(job.where, range(job.cells))]

    def fill() -> bytes:
        book = engine.open_reader(data)
        for cell, value in zip(cells, values.values(), strict=True):
            book.set_cell_value("Board", cell, value)
        for row, record in enumerate(body, 2):
            book.set_sheet_row("Deals", f"A{row}", list(record))
        if job.formats:
            red = engine.Style(fill=engine.Fill(type="pattern", pattern=1, color=["FFC7CE"]))
            look = book.new_conditional_style(red)
            for cell in cells[: job.formats]:
                rule = engine.ConditionalFormatOptions(type="cell", criteria="<", value="0.2", format=look)
                book.set_conditional_format("Board", cell, [rule])
        book.save_as(str(folder / "filled.xlsx"))
        book.close()
        return (folder / "filled.xlsx").read_bytes()

    return fill


def from_scratch(job: Job) -> Filler:
    """XlsxWriter, writing the whole workbook anew: no template."""
    return lambda: template(job, blank=False)


def _changed(job: Job) -> tuple[list[bytes], bytes]:
    """The sheets and charts that each fill changes, unpacked, and as many bytes as the rest of the package has."""
    import zipfile

    from isal import isal_zlib

    filled, blank = ours(job)(), template(job)
    with zipfile.ZipFile(io.BytesIO(filled)) as new, zipfile.ZipFile(io.BytesIO(blank)) as old:
        names = [name for name in new.namelist() if "/worksheets/sheet" in name or "/charts/chart" in name]
        changed = [new.read(name) for name in names if new.read(name) != old.read(name)]
    return changed, bytes(len(filled) - sum(len(isal_zlib.compress(each, 1, -15)) for each in changed))


def floor(job: Job, level: int = 1) -> Filler:
    """The least that any engine must do: deflate the changed sheets and charts, and put the package together."""
    from isal import isal_zlib

    changed, rest = _changed(job)
    return lambda: b"".join([rest, *(isal_zlib.compress(each, level, -15) for each in changed)])


def floor_of_zlib(job: Job) -> Filler:
    """The same with Python's own deflate at its usual level."""
    import zlib

    changed, rest = _changed(job)
    return lambda: b"".join([rest, *(zlib.compress(each, 6, -15) for each in changed)])


FLOOR = "floor: deflate (isal 1) and write"
ENGINES: dict[str, Callable[[Job], Filler]] = {
    "this project": ours,
    "this project, compiling each time": ours_compiling,
    "openpyxl": openpyxl,
    "XlsxWriter from scratch": from_scratch,
    "wolfxl (Rust)": wolfxl,
    "excelize (Go)": excelize,
    FLOOR: floor,
    "floor: deflate (isal 0, larger) and write": partial(floor, level=0),
    "floor: deflate (zlib 6) and write": floor_of_zlib,
}
