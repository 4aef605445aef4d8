"""One small tree of exceptions. A message says what is wrong, where, what was found and what to do.

The sentences are in sentences/*.toml under the error's code; an error carries the code and what fills it.
"""

from __future__ import annotations

from collections.abc import Callable

from kpi_core.texts import Language, load_texts


class KpiError(Exception):
    """Anything the user can put right. `code` names the sentence, `found` fills its placeholders."""

    package = "kpi_core.sentences"
    sentences = "errors.toml"

    def __init__(self, code: str, **found: object) -> None:
        super().__init__(code, found)
        self.code = code
        self.found = found

    def __reduce__(self) -> tuple[Callable[..., KpiError], tuple[type[KpiError], str, dict[str, object]]]:
        """An error travels from a worker process as what it is."""
        return _again, (type(self), self.code, self.found)

    def message(self, language: Language) -> str:
        """The sentence shown to the user."""
        return load_texts(self.package, self.sentences)[self.code].show(language, **self.found)

    def __str__(self) -> str:
        return self.message("en")


def _again(kind: type[KpiError], code: str, found: dict[str, object]) -> KpiError:
    return kind(code, **found)


class DataError(KpiError):
    """The data cannot be used as it is: an unreadable file, an ambiguous date, an unknown layout."""


class UsageError(KpiError):
    """The request cannot be carried out as worded: an unknown KPI, an impossible period."""
