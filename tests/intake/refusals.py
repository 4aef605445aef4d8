"""A refusal held to what a user may expect of it: both languages, each naming the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_core.intake import Declared, IntakeError, read
from kpi_core.texts import LANGUAGES


def refusal(*files: Path, declared: Declared = Declared()) -> IntakeError:  # noqa: B008  frozen
    """What reading the files is refused with."""
    with pytest.raises(IntakeError) as refused:
        read(list(files), declared=declared)
    sentences = [refused.value.message(language) for language in LANGUAGES]
    assert len(set(sentences)) == len(LANGUAGES)
    assert all(files[0].name in sentence and "{" not in sentence for sentence in sentences), sentences
    return refused.value
