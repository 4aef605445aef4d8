"""Readings as named cells: kpi_<id> and everything that stands beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from addin.fill.content import Cell, Colour, Formula, Rule, Value
from addin.fill.limits import Limits
from addin.fill.words import say
from kpi_core.catalogue import definition, words
from kpi_core.figures import sign
from kpi_core.scorecard import Reading
from kpi_core.texts import Language, Text
from workbook_templates.number_formats import literal


def money(currency: str) -> str:
    """The number format of amounts: euros by their sign, other currencies by their code, an untold one bare."""
    return f"#,##0\N{NO-BREAK SPACE}{literal(sign(currency))}" if currency else "#,##0"


def number_format(unit: str, currency: str) -> str:
    """A format where the data decides it, i.e. for money; nothing otherwise: the template's own holds."""
    return money(currency) if unit == "money" else ""


def shown(value: float | None, language: Language) -> str | float:
    """A figure, or a dash where there is none: never 0."""
    return say("none", language) if value is None else value


def counted(value: float | None, language: Language) -> Cell:
    """A figure that is a whole number or is not, with the format that shows it."""
    whole = value is None or float(value).is_integer()
    return Cell(shown(value, language), "#,##0" if whole else "#,##0.00")


def basis(reading: Reading, language: Language) -> str:
    """What the figure rests on: its label, the evidence and the remarks."""
    parts = [reading.label, *reading.notes]
    if _is_judged(reading) and reading.evidence != "too_little":
        word = words(f"evidence.{reading.evidence}.word")
        parts.insert(1, Text(f"{word.fi.capitalize()}.", f"{word.en.capitalize()}."))
    return " ".join(_sentence(part.show(language)) for part in parts)


def evidence(reading: Reading, language: Language) -> str:
    """How strong the evidence is; a dash for sums and quotas, which are no estimates."""
    return words(f"evidence.{reading.evidence}.word").show(language) if _is_judged(reading) else say("none", language)


def _is_judged(reading: Reading) -> bool:
    return reading.value is not None and definition(reading.kpi).evidence != "none"


def diagnosis(reading: Reading, language: Language) -> str:
    """What the figure says; where there is none, why."""
    said = reading.reason if reading.value is None else reading.diagnosis
    return said.show(language) if said else ""


def named_cells(reading: Reading, limits: Limits, language: Language) -> Iterator[tuple[str, Cell]]:
    """All cells of one KPI. Those that the template lacks do no harm."""
    name = f"kpi_{reading.kpi}"
    known = definition(reading.kpi)
    unit = number_format(reading.unit, reading.currency)
    low, high = reading.interval or (reading.parts.get("low"), reading.parts.get("high"))
    status = limits.status(reading, name, _cell_of(f"{name}_n", limits, reading.n))
    yield name, Cell(shown(reading.value, language), unit)
    yield f"{name}_repeated", Cell(Formula(name, shown(reading.value, language)), unit)
    yield f"{name}_n", Cell(reading.n if reading.value is not None or reading.n else shown(None, language))
    yield f"{name}_low", Cell(low, unit)
    yield f"{name}_high", Cell(high, unit)
    yield f"{name}_status", Cell(status)
    yield f"{name}_diagnosis", Cell(diagnosis(reading, language))
    yield f"{name}_label", Cell(reading.label.show(language))
    yield f"{name}_notes", Cell(" ".join(note.show(language) for note in reading.notes))
    yield f"{name}_basis", Cell(basis(reading, language))
    yield f"{name}_numerator", Cell(shown(reading.numerator, language))
    yield f"{name}_denominator", Cell(shown(reading.denominator, language))
    yield f"{name}_evidence", Cell(evidence(reading, language))
    yield f"{name}_name", Cell(known.name.show(language))
    yield f"{name}_definition", Cell(reading.definition.show(language))
    yield f"{name}_changed", Cell(_changed(f"{name}_status", status, limits, language))
    for part, meant in known.parts.items():
        if part not in ("low", "high"):
            value = reading.parts.get(part)
            yield f"{name}_{part}", Cell(shown(value, language), number_format(meant.unit, reading.currency))


def colours(reading: Reading, limits: Limits) -> Iterator[Colour]:
    """The conditional formats of the value and of the status word."""
    name = f"kpi_{reading.kpi}"
    if not limits.statuses:
        yield Colour(f"{name}_status", (Rule(reading.status, "TRUE"),))
        return
    rules = limits.rules(reading, name, _cell_of(f"{name}_n", limits, reading.n))
    yield Colour(name, rules)
    yield Colour(f"{name}_status", rules)


def headline(readings: Mapping[str, Reading], language: Language) -> str:
    """The statuses counted: "warnings 2 · to check 1 · on track 3"."""
    found = []
    for status in ("red", "amber", "green", "grey"):
        count = sum(reading.status == status for reading in readings.values())
        if count or status == "red":
            found.append(say(f"headline.{status}", language, count=count))
    text = " · ".join(found)
    return text[0].upper() + text[1:]


def _cell_of(name: str, limits: Limits, value: float) -> str:
    return name if name in limits.names else repr(value)


def _changed(status_cell: str, status: Value, limits: Limits, language: Language) -> Value:
    """A remark that appears when a limit is changed in Excel; nothing to show now."""
    if not isinstance(status, Formula) or status_cell not in limits.names:
        return None
    word = str(status.value).replace('"', '""')
    remark = say("report.changed", language).replace('"', '""')
    return Formula(f'IF({status_cell}="{word}","","{remark}")', "")


def _sentence(text: str) -> str:
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."
