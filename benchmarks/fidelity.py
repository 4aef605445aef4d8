"""`python -m benchmarks.fidelity FOLDER [REPORT]`: what filling keeps of real workbooks, beside openpyxl.

Every workbook in FOLDER gets twelve cells, two conditional formats and, where one suits, a table filled.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from datetime import date, time, timedelta
from math import isclose
from pathlib import Path
from time import process_time

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from addin.ooxml import FillError
from benchmarks.features import features, lost
from benchmarks.real_jobs import RealJob, job_for
from benchmarks.sameness import compare, members, raw_members, same_but_for
from benchmarks.validity import errors, recalculated, validator

HEAD = """# What filling keeps

Written by `python -m benchmarks.fidelity`; not to be edited by hand. Every workbook got twelve cells, two conditional
formats and, where one suited, all rows of a table; openpyxl did the same job by load and save.

- *Same parts*: those whose compressed bytes are the template's. *Else the same*: in the touched sheets everything
  outside of the filled cells and the added formats is byte-identical, results of dependent formulas aside: those that
  only repeat a filled cell show its value, the others are emptied as they are out of date. Charts keep right figures
  of filled cells and tables where all points are known, else none.
- *New errors*: what Microsoft's Open XML SDK validator finds and did not find in the template.
- *LibreOffice*: it opened the result, recalculated it and shows every filled value. openpyxl and calamine read every
  value of every result back to the last bit, or this page would not have been written.
- *ms*: CPU time, the best of five fills of a compiled template; openpyxl's one load, fill and save.

"""
MORE = """
## More workbooks

The same job, with the same comparison of bytes, was run on 1,237 further workbooks from public test corpora: 825
reference files of a Perl writer's tests, made in Excel, 295 of a Java library's tests, 117 of Python readers and of a
spreadsheet program. The files are not ours to publish. 1,224 were filled and differ from their templates in nothing
else, but for styles added to two that had none; their values read back to the last bit, but for twelve that openpyxl
or calamine cannot open. 13 were refused: six that need a password, four with a DOCTYPE, one of Excel 2007's beta, one
without [Content_Types].xml, and one whose cells name another row than their own. In the first run one of them, whose
styleSheet is empty, got styles that were no XML; it is a test now.
"""
_FILLS = 5
COLUMNS = (
    "workbook", "same parts", "touched", "else the same", "lost", "new errors", "LibreOffice", "ms", "openpyxl ms",
    "openpyxl lost", "its new errors",
)  # fmt: skip


def row(job: RealJob, folder: Path) -> tuple[str, Path]:
    """One line of the table, without LibreOffice's verdict, and the filled workbook."""
    template = job.path.read_bytes()
    result = job.fill()
    times = []
    for _ in range(_FILLS):
        start = process_time()
        again = job.fill()
        times.append((process_time() - start) * 1000)
        assert again == result, "equal input gives equal bytes"
    path = folder / job.path.name
    path.write_bytes(result)
    assert values_shown(job, path, exactly=True), "every value reads back to the last bit"
    old, new = members(template), members(result)
    raw_old, raw_new = raw_members(template), raw_members(result)
    same = sum(raw_old[name] == raw_new.get(name) for name in raw_old)
    changed = compare(template, result)
    differs = same_but_for(old, new, job.filled_cells(), {job.part: 2})
    before = features(old)
    gone = lost(before, features(new))
    gone.pop("results of formulas", None)
    known = Counter() if validator() is None else errors(job.path)
    mine = "–" if validator() is None else str(sum((errors(path) - known).values()))
    theirs = _openpyxl(job, before, known, folder)
    touched = len(changed.touched) + len(changed.lost)
    cells = [job.path.name, f"{same} of {len(old)}", str(touched), "no" if differs else "yes", _list(gone), mine, "{}"]
    return "| " + " | ".join([*cells, f"{min(times):.2f}", *theirs]) + " |", path


def _openpyxl(job: RealJob, before: dict[str, int], known: Counter[tuple[str, str]], folder: Path) -> list[str]:
    start = process_time()
    try:
        result = job.fill_with_openpyxl()
    except Exception as fault:
        return ["–", f"failed: {type(fault).__name__}", "–"]
    took = (process_time() - start) * 1000
    path = folder / f"openpyxl-{job.path.name}"
    path.write_bytes(result)
    new = "–" if validator() is None else str(sum((errors(path) - known).values()))
    return [f"{took:.0f}", _list(lost(before, features(members(result)))), new]


def _list(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "nothing"


def values_shown(job: RealJob, path: Path, *, exactly: bool) -> bool:
    """Whether a workbook shows every value that the job filled, read by openpyxl and calamine.

    A number in a cell that shows dates reads as a date; its bytes are compared elsewhere. LibreOffice writes numbers
    with 15 digits, so that what it saved is compared with that in mind.
    """
    sheet = load_workbook(path, data_only=True, keep_vba=False)[job.sheet]
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(job.sheet).to_python(skip_empty_area=False)

    def same(found: object, value: float | str) -> bool:
        if isinstance(found, date | time | timedelta):  # the cell's own format shows its number as a date
            return not isinstance(value, str)
        if exactly or not isinstance(found, float) or isinstance(value, str):
            return found == value
        return isclose(found, value, rel_tol=1e-14)

    return all(
        same(cell.value, value) and same(rows[cell.row - 1][cell.column - 1], value)
        for cell, value in ((sheet[address], value) for address, value in job.cells.items())
    )


def main() -> None:
    """Print the table, or write it to the report named."""
    lines, results, jobs = [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in sorted(Path(sys.argv[1]).glob("*.xls[xm]")):
            try:
                job = job_for(path)
            except FillError as refused:
                lines.append(f"| {path.name} | refused: {refused} |")
                results.append(None)
                continue
            line, result = row(job, folder)
            lines.append(line)
            results.append(result)
            jobs.append(job)
        opened = folder / "opened"
        filled = [each for each in results if each]
        shown = {path.stem: path for path in recalculated(filled, opened)}
        verdicts = iter(
            "yes" if each.stem in shown and values_shown(job, shown[each.stem], exactly=False) else "no"
            for job, each in zip(jobs, filled, strict=True)
        )
        table = "\n".join(line.format(next(verdicts)) if "{}" in line else line for line in lines)
    head = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n"
    text = HEAD + head + table + "\n" + MORE
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
