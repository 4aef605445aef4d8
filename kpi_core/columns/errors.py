"""Why a formula's arguments cannot be used; the Excel error that means the same stands beside the sentence."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from kpi_core.errors import UsageError


class ColumnError(UsageError):
    """A cell or an argument that cannot be read without guessing, or ranges that do not fit together."""

    sentences = "columns.toml"

    @property
    def excel(self) -> str:
        """The Excel error that means the same."""
        return _excel_errors()[self.code]


@cache
def _excel_errors() -> dict[str, str]:
    source = files("kpi_core.sentences").joinpath("columns.toml").read_text(encoding="utf-8")
    return {code: sentence["excel"] for code, sentence in tomllib.loads(source).items()}
