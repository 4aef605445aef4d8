"""Inside Pyodide: imports main.py and calls its functions through xlwings, as a cell of xlwings Lite does."""

# ruff: noqa: E402
from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

os.environ["XLWINGS_ON_SERVER"] = "true"  # the decorators of xlwings Lite and Server, not the classic ones
os.environ["XLWINGS_LICENSE_KEY"] = "noncommercial"  # what xlwings Lite has of its own

import xlwings
from xlwings.pro import udfs_officejs

started = time.perf_counter()
import main

loaded = time.perf_counter() - started


async def answers(calls: str) -> str:
    """The results of the calls, `[["winrate", [[[1]], null]], ...]`, and what was seen on the way."""
    found = [await answer(name, arguments) for name, arguments in json.loads(calls)]
    seen = {
        "python": sys.version.split()[0],
        "xlwings": xlwings.__version__,
        "main_seconds": round(loaded, 2),
        "pandas": "pandas" in sys.modules,
        "meta": udfs_officejs.custom_functions_meta(main),
    }
    return json.dumps({"results": found, "seen": seen})


async def answer(name: str, arguments: list[Any]) -> Any:
    asked = {"func_name": name, "args": arguments, "client": "Office.js", "version": "", "runtime": "1.4"}
    return await udfs_officejs.custom_functions_call(asked, main)
