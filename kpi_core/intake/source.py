"""What the intake says about each file: what it was taken for, how it was read, what became of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from kpi_core.errors import DataError
from kpi_core.tables import Dataset, RowAccount, TableName
from kpi_core.texts import Language, load_texts

DateOrder = Literal["dmy", "mdy", "ymd"]
LookupName = Literal["users", "accounts", "people", "products", "prices", "line_items", "stage_history"]


class IntakeError(DataError):
    """A file, a column or a cell that cannot be read without guessing."""

    sentences = "intake.toml"


@dataclass(frozen=True, slots=True)
class Declared:
    """What the user states about the files; None means that the file itself must prove it."""

    date_order: DateOrder | None = None
    decimal: Literal[",", "."] | None = None
    encoding: str | None = None
    delimiter: str | None = None
    timezone: str = "Europe/Helsinki"
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a file (a code of sentences/intake.toml) and what fills it."""

    code: str
    found: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        """The remark in words."""
        return load_texts("kpi_core.sentences", "intake.toml")[self.code].show(language, **self.found)


# Remarks that say how a figure may be wrong although every row is accounted for.
_DOUBTS = frozenset(
    {"note.encoding_guessed", "note.null_bytes", "note.rows_in_cell", "note.copy", "note.equal_rows", "note.negative"}
)


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """A header of the file and the column that it was taken for; None where it is not used."""

    header: str
    column: str | None


@dataclass(frozen=True, slots=True)
class DateFormat:
    """How a column's dates were read, and what proved it."""

    column: str
    header: str
    order: DateOrder
    proof: Remark


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """The file's decimal separator ("" where no number has decimals) and grouping, and what proved them."""

    decimal: str
    grouping: str
    proof: Remark


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the file, what it was taken to mean (None: unknown), and on how many rows it stands."""

    column: str
    word: str
    meaning: str | None
    count: int


@dataclass(frozen=True)
class Source:
    """One file, or one sheet of a workbook, and all that the intake found out about it.

    table is the canonical table or the lookup that the rows feed; None where the file is not needed or was refused.
    also names a second table where one file feeds two. confidence (0-1) is the share of the layout's telling headers
    that were found times the share of the rows in question that could be used. header_row is the 1-based line.
    """

    path: Path
    label: str  # how rows name the file: unique within one run
    sheet: str | None = None
    sha256: str = ""
    size: int = 0
    encoding: str = ""
    delimiter: str = ""
    header_row: int | None = None
    headers: tuple[str, ...] = ()
    system: str = ""
    layout: str = ""
    table: TableName | LookupName | None = None
    also: TableName | None = None
    confidence: float = 0.0
    columns: tuple[ColumnMatch, ...] = ()
    date_formats: tuple[DateFormat, ...] = ()
    number_format: NumberFormat | None = None
    vocabulary: tuple[Word, ...] = ()
    unknown_words: tuple[Word, ...] = ()
    account: RowAccount = field(default_factory=RowAccount)
    notes: tuple[Remark, ...] = ()
    refusal: DataError | None = None

    @property
    def doubts(self) -> tuple[Remark, ...]:
        """The remarks that nobody should have to look for: a figure may be wrong."""
        return tuple(note for note in self.notes if note.code in _DOUBTS)


@dataclass(frozen=True)
class Intake:
    """The canonical tables of one run, the files they came from and the account of all rows."""

    data: Dataset
    sources: tuple[Source, ...]
    account: RowAccount
