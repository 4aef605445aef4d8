"""How each status looks in a workbook: readable in print and by the colour-blind."""

from __future__ import annotations

from collections.abc import Mapping

# Letters, ground, bold. Vermilion and bluish green keep apart for every kind of colour vision; dark letters keep the
# words readable in print.
LOOKS: Mapping[str, tuple[str, str, bool]] = {
    "red": ("8A1C00", "FBD5C5", True),
    "amber": ("6B4E00", "FFF0C2", True),
    "green": ("00523B", "D6EFE4", False),
    "grey": ("616E7C", "EEF0F2", False),
}
