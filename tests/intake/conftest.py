"""Exports written on the spot: a test's input stands in the test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

Export = Callable[..., Path]


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """Write a text (indentation removed) as a file of the given name and encoding."""

    def write(text: str, name: str = "deals.csv", encoding: str = "utf-8") -> Path:
        file = tmp_path / name
        file.write_bytes(dedent(text).lstrip("\n").encode(encoding))
        return file

    return write
