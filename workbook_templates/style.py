"""How the workbooks look: one font, a restrained palette, the number formats of each unit."""

from __future__ import annotations

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

from workbook_templates.number_formats import FORMATS as FORMATS

INK, QUIET, FAINT, ACCENT, LINE = "1F2933", "616E7C", "B8C1CC", "1F3A5F", "CBD2D9"
SERIES = ["C9D6E4", "A9BED5", "86A3C3", "5F84AC", "3C638F", "1F3A5F"]  # light to dark: early to late weeks
LIMIT = "C2410C"
ALARM, ALARM_GROUND = "8A1C00", "FBD5C5"
FAMILY = "Arial"

FONT = Font(name=FAMILY, size=10, color=INK)
BOLD = Font(name=FAMILY, size=10, color=INK, bold=True)
FIGURE = Font(name=FAMILY, size=12, color=INK, bold=True)
SMALL = Font(name=FAMILY, size=8, color=QUIET)
ALERT = Font(name=FAMILY, size=8, color=LIMIT)
HEADER = Font(name=FAMILY, size=9, color=ACCENT, bold=True)
HEADER_SMALL = Font(name=FAMILY, size=8, color=ACCENT, bold=True)
TITLE = Font(name=FAMILY, size=18, color=ACCENT, bold=True)
SUBTITLE = Font(name=FAMILY, size=12, color=INK)
INPUT = Font(name=FAMILY, size=10, color="0000FF")

HEADER_FILL = PatternFill("solid", fgColor="EEF2F6")
INPUT_FILL = PatternFill("solid", fgColor="FFFBE0")

HAIR = Side(style="hair", color=LINE)
THIN = Side(style="thin", color=LINE)
MEDIUM = Side(style="medium", color=ACCENT)
ROW = Border(bottom=HAIR)
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEAD = Border(bottom=Side(style="thin", color=ACCENT))
RULE = Border(bottom=MEDIUM)

WRAP = Alignment(vertical="top", wrap_text=True)
TEXT_WRAP = Alignment(vertical="top", horizontal="left", wrap_text=True, indent=1)  # beside a figure
TEXT_LEFT = Alignment(vertical="top", horizontal="left", indent=1)
LEFT = Alignment(vertical="top", horizontal="left")
RIGHT = Alignment(vertical="top", horizontal="right")
CENTRE = Alignment(vertical="top", horizontal="center")
HEAD_LEFT = Alignment(vertical="bottom", horizontal="left", wrap_text=True)
HEAD_TEXT = Alignment(vertical="bottom", horizontal="left", wrap_text=True, indent=1)
HEAD_RIGHT = Alignment(vertical="bottom", horizontal="right", wrap_text=True)
ACROSS = Alignment(vertical="top", horizontal="centerContinuous")

UNLOCKED = Protection(locked=False)

MONTH = "m/yyyy"
TEXT = "@"
