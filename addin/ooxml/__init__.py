"""Fill a workbook that somebody made in Excel, changing the filled cells and what follows from them; nothing else.

plan = compile_template("board.xlsx")
plan.fill({"win_rate": 0.23, "seller": "Aino"}, {"tblSellers": rows})  -> the bytes of the filled workbook
"""

from addin.ooxml.compilation import compile_template
from addin.ooxml.conditional_formats import ConditionalFormat, Look
from addin.ooxml.errors import FillError
from addin.ooxml.plan import Plan
from addin.ooxml.properties import Properties
from addin.ooxml.request import Fit
from addin.ooxml.values import ExcelError, Formatted, Formula, Given, Value

__all__ = [
    "ConditionalFormat",
    "ExcelError",
    "FillError",
    "Fit",
    "Formatted",
    "Formula",
    "Given",
    "Look",
    "Plan",
    "Properties",
    "Value",
    "compile_template",
]
