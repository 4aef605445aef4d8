"""Bytes to text: a byte order mark or a strict decoder decides; only then statistics."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from kpi_core.intake.source import IntakeError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Bytes that cp1252 gives to nothing or to signs that no word holds, and that cp850 and Mac Roman give to letters.
_UNLIKELY_IN_CP1252 = frozenset(b"\x81\x83\x84\x86\x87\x88\x8b\x8c\x8d\x8f\x90\x98\x99\x9b\x9c\x9d\x9f")
# How UTF-8 writes ä and its like, dashes and quotation marks: in the other encodings a row of signs that no word has.
_UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]|\xe2\x80[\x80-\xbf]")

# What else western exports are written in; among all encodings statistics find Baltic and Greek in Finnish names.
BY_STATISTICS = ("cp850", "mac_roman")


def decoded(content: bytes, path: Path, declared: str | None = None) -> tuple[str, str]:
    """The text of a file and the encoding that it was read by.

    Raises IntakeError where the declared encoding does not fit, none can be told, or lines are in different ones.
    """
    if declared:
        try:
            return content.decode(declared), declared
        except (ValueError, LookupError) as error:  # ValueError: of the decoder, or for a name that holds a NUL
            raise IntakeError("encoding_wrong", file=path.name, found=declared) from error
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding, path), encoding
    if wide := _wide(content):
        return _strictly(content, wide, path), wide
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if letter := _UTF8_LETTER.search(content):
            raise IntakeError(
                "encoding_mixed",
                file=path.name,
                row=_line(content, letter.start()),
                other_row=_line(content, error.start),
            ) from error
    if not _UNLIKELY_IN_CP1252.intersection(content):
        return _strictly(content, "cp1252", path), "cp1252"
    return _by_statistics(content, path)


def _line(content: bytes, place: int) -> int:
    return content.count(b"\n", 0, place) + 1


def _wide(content: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of mostly western text is NUL."""
    sample = content[:4096]
    if len(sample) < 4 or sample.count(0) < len(sample) * 0.3:
        return None
    return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"


def _strictly(content: bytes, encoding: str, path: Path) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise IntakeError("encoding_unknown", file=path.name) from error


def _by_statistics(content: bytes, path: Path) -> tuple[str, str]:
    from charset_normalizer import from_bytes  # slow, and hardly ever needed

    best = from_bytes(content[:200_000], cp_isolation=list(BY_STATISTICS)).best()
    if best is None:
        raise IntakeError("encoding_unknown", file=path.name)
    try:
        return content.decode(best.encoding), best.encoding
    except UnicodeDecodeError as error:
        raise IntakeError("encoding_unknown", file=path.name) from error
