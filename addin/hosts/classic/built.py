"""What an add-in that was written earlier says of itself: the Python it starts and the xlwings it was made with."""

from __future__ import annotations

import zipfile
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from addin.hosts.classic.settings_sheet import INTERPRETER, WRITTEN_WITH


class Built(NamedTuple):
    """An add-in's own account; empty where it does not say."""

    python: str
    xlwings: str


def built(file: Path) -> Built:
    """Read it. Raises OSError or ValueError where the file cannot be read as an add-in of ours."""
    try:
        with zipfile.ZipFile(file) as package:
            strings = [
                "".join(text.itertext()) for text in ElementTree.fromstring(package.read("xl/sharedStrings.xml"))
            ]
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError) as broken:
        raise ValueError(str(broken)) from None
    setting = dict(pairwise(strings))
    return Built(setting.get(INTERPRETER, ""), setting.get(WRITTEN_WITH, ""))
