"""A scorecard in the terminal: the figures, what they mean, what was heard, and what became of every row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.text import Text as Styled

from addin.commands.account import account_lines
from addin.commands.fitting import Column, print_fitted
from addin.wording import say
from kpi_core.catalogue import definition, mark, words
from kpi_core.figures import figure, span
from kpi_core.intake import Intake
from kpi_core.scorecard import Reading, Scorecard
from kpi_core.texts import Language

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {"red": "bold red", "amber": "yellow", "green": "green", "grey": "dim"}
_WIDE = 110  # columns from which full names and the basis of each figure fit into the table


def print_scorecard(card: Scorecard, intake: Intake, language: Language, console: Console) -> None:
    """The whole page."""
    title = say("scorecard.title", language, period=card.period.title(language), as_of=card.as_of)
    console.print(Styled(title, style="bold"))
    if any(reading.running for reading in card.readings):
        reached = "scorecard.ahead" if card.as_of < card.period.start else "scorecard.running"
        console.print(say(reached, language, day=card.as_of))
    if len(currencies := intake.data.currencies()) > 1:
        console.print(say("scorecard.currencies", language, found=", ".join(currencies)))
    for group in (None, *card.groups()):
        readings = [reading for reading in card.readings if (reading.group[1] if reading.group else None) == group]
        console.print()
        console.print(Styled(group or say("scorecard.all", language), style="bold"))
        whole = group is None
        wide = console.width >= _WIDE
        rows = [list(_cells(reading, language, labelled=whole, wide=wide)) for reading in readings]
        print_fitted(_columns(language), rows, console, lined=wide)
        if not wide:
            console.print()
        for line in _remarks(readings, language, whole=whole, labelled=whole and not wide):
            console.print(line)
    _print_section(console, "scorecard.themes", _themes(card, language), language)
    _print_section(console, "scorecard.rows", account_lines(intake.account, language, intake.sources), language)


def _columns(language: Language) -> list[Column]:
    return [
        Column(say("scorecard.kpi", language)),
        Column(say("scorecard.value", language), whole=True, right=True),
        Column("n", whole=True, right=True),
        Column(say("scorecard.interval", language), whole=True),
        Column(say("scorecard.status", language), whole=True),
        Column(say("scorecard.evidence", language)),
    ]


def _cells(reading: Reading, language: Language, *, labelled: bool, wide: bool) -> Iterator[Styled]:
    known = definition(reading.kpi)
    name = Styled((known.name if wide else known.short).show(language))
    if labelled and wide:
        name.append(f"\n{reading.label.show(language)}", style="dim")
    yield name
    yield Styled(shown_value(reading, language), style="bold")
    yield Styled(figure(reading.n, "count", language))
    interval = reading.interval
    yield Styled(span(*interval, definition(reading.kpi).unit, language) if interval else "")
    shown = mark(reading.status)
    yield Styled(f"{shown.icon} {shown.word.show(language)}", style=STYLES[reading.status])
    if reading.value is None:  # of the whole team the reason stands below, where there is room
        yield Styled("" if labelled or not reading.reason else reading.reason.show(language), style="dim")
    elif definition(reading.kpi).evidence == "none":  # a sum or a quota is no estimate
        yield Styled("")
    else:
        yield Styled(words(f"evidence.{reading.evidence}.word").show(language))


def shown_value(reading: Reading, language: Language) -> str:
    """A reading's value as a figure; a dash where there is none."""
    if reading.value is None:
        return "–"
    return figure(reading.value, definition(reading.kpi).unit, language, reading.currency)


def _remarks(readings: Iterable[Reading], language: Language, *, whole: bool, labelled: bool) -> Iterator[Styled]:
    """What the figures mean: of a group only what asks for something, of the whole also what stands beside them."""
    for reading in readings:
        lines = []
        if reading.value is not None and reading.diagnosis and (whole or reading.status in ("red", "amber")):
            lines.append(reading.diagnosis.show(language))
        if whole:
            lines += [reading.reason.show(language)] if reading.value is None and reading.reason else []
            lines += [note.show(language) for note in reading.notes]
        parts = _parts(reading, language) if whole else ""
        if labelled:
            parts = f"{parts} [{reading.label.show(language)}]".strip()
        if lines or parts:
            heading = f"{mark(reading.status).icon} {definition(reading.kpi).short.show(language)}: "
            yield Styled.assemble((heading, STYLES[reading.status]), " ".join(lines), (f" {parts}", "dim"))


def _parts(reading: Reading, language: Language) -> str:
    """The further figures, e.g. the mean beside a median."""
    known = definition(reading.kpi).parts
    shown = [
        f"{known[name].name.show(language)} {figure(value, known[name].unit, language, reading.currency)}"
        for name, value in reading.parts.items()
        if value is not None and name in known
    ]
    return f"({'; '.join(shown)})" if shown else ""


def _themes(card: Scorecard, language: Language) -> Iterator[str]:
    for theme in card.themes:
        yield say("scorecard.theme", language, theme=theme.theme, count=figure(theme.count, "count", language))
        yield from (say("scorecard.quote", language, quote=quote) for quote in theme.quotes)


def _print_section(console: Console, title: str, lines: Iterable[str], language: Language) -> None:
    listed = list(lines)
    if listed:
        console.print()
        console.print(Styled(say(title, language), style="bold"))
        for line in listed:
            console.print(Styled(line))
