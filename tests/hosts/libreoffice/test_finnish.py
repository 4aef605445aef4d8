"""The functions as a Finn types them: decimal comma, Finnish names of Calc's own functions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.libreoffice.spreadsheet import Calc

_FINNISH = """<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">\
<value>fi-FI</value></prop></item></oor:items>"""


@pytest.fixture
def finnish(profile: Path, tmp_path: Path) -> Iterator[Calc]:
    """Calc with the same extension under Finnish locale settings."""
    copied = shutil.copytree(profile, tmp_path / "profile", ignore=shutil.ignore_patterns(".lock"))
    settings = copied / "user" / "registrymodifications.xcu"
    settings.write_text(settings.read_text(encoding="utf-8").replace("</oor:items>", _FINNISH), encoding="utf-8")
    calc = Calc(copied)
    calc.new()
    yield calc
    assert calc.end() == ""


def test_decimal_commas_and_number_texts_are_read(finnish: Calc) -> None:
    finnish.fill({"A1": [["12 000 €"], ["1 234,50 €"]], "B1": [["avoin"], ["tarjous"]]}, {})
    typed = {
        "D1": "=CACPAYBACK(9000;2000;0,6)",
        "D2": "=PIPELINEVALUE(A1:A2;B1:B2)",
        "D3": "=LTVCAC(1;0)",
        "D4": "=1,5+1",
    }
    for address, formula in typed.items():
        finnish.ask("local", sheet="Sheet1", address=address, formula=formula)
    assert finnish.cells("D1:D4") == [[7.5], [13234.5], ["#DIV/0!"], [2.5]]
    assert finnish.ask("shown", sheet="Sheet1", address="D1") == "7,5"
