"""When two headers or words are the same: case, accents, punctuation and the CRM's decorations do not count.

Rule: definitions.md section E: fold case, drop diacritics, punctuation and no-break spaces, a "Deal - " prefix, a
trailing * and a bracketed suffix.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PREFIX = re.compile(r"^(deal|activity|person|organization|lead)\s+[-–]\s+", re.IGNORECASE)
# possessive, and no blanks before the bracket: time grows with length alone
_SUFFIX = re.compile(r"(?:\([^()]*+\)|\[[^\[\]]*+\])\s*+\*?+\s*+$")
_NOISE = re.compile(r"[\W_]+")
_PIECE = 64  # letters taken apart at once: marks on one letter are put into order in quadratic time


@lru_cache(maxsize=65536)
def folded_word(word: str) -> str:
    """A word's letters and digits alone: "Closed Won" and "closed_won" are one."""
    plain = word.casefold()
    pieces = (plain[start : start + _PIECE] for start in range(0, len(plain), _PIECE))
    bare = "".join(unicodedata.normalize("NFKD", piece) for piece in pieces)
    return _NOISE.sub("", "".join(letter for letter in bare if not unicodedata.combining(letter)))


@lru_cache(maxsize=65536)
def folded_header(header: str) -> str:
    """A header's letters and digits, without entity prefix and bracketed suffix: "Deal - Value (EUR)*" is "value"."""
    plain = _PREFIX.sub("", header.strip())
    return folded_word(_SUFFIX.sub("", plain)) or folded_word(plain)
