"""Content into a template: the only part of the filler that knows how a workbook is written (openpyxl, for now)."""

from addin.fill.writer.template import Template

__all__ = ["Template"]
