"""What all tests share: where the real data lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.needs import absent


def pytest_collection_finish() -> None:
    """The long forms are chosen by now; to the commands under test KPI_FULL would be a setting that does not exist."""
    os.environ.pop("KPI_FULL", None)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real files beside the project; a test that needs them is skipped, saying so, where they are absent."""
    folder = Path(__file__).parents[1].parent / "shared"
    if not folder.is_dir():
        absent("../shared is not here: the real data cannot be read")
    return folder
