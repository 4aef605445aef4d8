"""What keeps the service from starting, or refuses a request, in the user's words."""

from __future__ import annotations

from kpi_core.errors import KpiError, UsageError
from kpi_core.texts import Language, Text, load_texts

PACKAGE, FILE = "addin.hosts.server", "texts.toml"


class ServerError(UsageError):
    """The service cannot be started as asked."""

    package = PACKAGE
    sentences = FILE


class NotInstalledError(KpiError):
    """The service's own packages are not there."""

    package = PACKAGE
    sentences = FILE


class Refused(Exception):  # noqa: N818  it is an answer, not a failure of the program
    """A request that is not served: the HTTP status and the sentence's key. Excel shows the sentence on hover."""

    def __init__(self, status: int, key: str, **found: object) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.found = found

    def sentence(self, language: Language) -> str:
        """What was wrong and what to do."""
        return word(self.key).show(language, **self.found)


def word(key: str) -> Text:
    """A text of the service by its key."""
    return load_texts(PACKAGE, FILE)[key]
