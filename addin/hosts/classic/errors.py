"""What can go wrong when the add-in is built or installed; the sentences are in texts.toml under `error`."""

from __future__ import annotations

from importlib.metadata import version

from addin.hosts.classic.wording import say
from kpi_core.errors import DataError
from kpi_core.texts import Language

TESTED_XLWINGS = "0.37.8"


class AddinError(DataError):
    """The add-in cannot be written, placed or removed. `code` names the sentence, `found` fills it."""

    def message(self, language: Language) -> str:
        """The sentence shown to the user."""
        return say(f"error.{self.code}", language, **self.found)


def base_changed(file: str, missing: str) -> AddinError:
    """The xlwings that is installed ships another base than the one that this was made for."""
    return AddinError("base_changed", version=version("xlwings"), file=file, why=missing, tested=TESTED_XLWINGS)
