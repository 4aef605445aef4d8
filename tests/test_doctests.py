"""The examples inside docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import addin
import kpi_core

# Imported by their hosts alone: xlwings Server's side and LibreOffice's.
HOSTED = ("addin.hosts.server", "addin.hosts.libreoffice.office", "addin.__main__")

MODULES = [
    found.name
    for package in (kpi_core, addin)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not found.name.startswith(HOSTED)
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    assert sum(bool(it.examples) for name in MODULES for it in finder.find(importlib.import_module(name))) > 15
