"""The calculation chain: a list of formula cells that Excel rebuilds, and must be without when formulas come or go."""

from __future__ import annotations

from addin.ooxml.content_types import ContentTypes
from addin.ooxml.workbook_part import Workbook
from addin.ooxml.xml_part import Edit


def chain_of(book: Workbook) -> str | None:
    """The name of the chain's part."""
    return book.related("calcChain")


def without_chain(book: Workbook, types: ContentTypes, chain: str) -> tuple[list[Edit], list[Edit]]:
    """The edits of the workbook's relationships and of the content types that take the chain's part away."""
    return book.rels.without(chain), types.without(chain)
