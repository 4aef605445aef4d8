"""Which sellers differ in a share: said only where Newcombe's interval of the difference excludes zero."""

from __future__ import annotations

from addin.fill.words import say
from kpi_core.catalogue import definition
from kpi_core.differences import differences
from kpi_core.figures import figure
from kpi_core.scorecard import Scorecard
from kpi_core.texts import Language

_BY_CHANCE = 0.05  # of pairs that do not differ, so many intervals of 95 % exclude zero all the same


def sentence(card: Scorecard, kpi: str, language: Language) -> str:
    """The widest difference that is none of chance, and how many pairs were compared; or that there is none."""
    pairs = differences(card, kpi)
    compared = [pair for pair in pairs if pair.verdict != "too_little"]
    real = [pair for pair in compared if pair.verdict == "differ"]
    name, count = definition(kpi).short.show(language), figure(len(compared), "count", language)
    if not compared:
        return say("differences.few", language, name=name)
    if not real:
        return say("differences.none", language, name=name, count=count)
    chance = figure(len(compared) * _BY_CHANCE, "number", language)
    found = {"real": figure(len(real), "count", language), "count": count, "chance": chance}
    return f"{name}: {real[0].text.show(language)} {say('differences.pairs', language, **found)}"
