"""CalcAddIns.xcu: what Calc's function wizard shows of each function, in Finnish and English."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as Xml

from addin.hosts.libreoffice.interface import SERVICE, parameters
from addin.worksheet import WorksheetFunction
from kpi_core.texts import LANGUAGES, Text

_OOR = "http://openoffice.org/2001/registry"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_CATEGORY = "Add-In"


def configuration(functions: Mapping[str, WorksheetFunction]) -> bytes:
    """The configuration of all functions: their names in both languages and in Excel's files, help, argument help."""
    Xml.register_namespace("oor", _OOR)
    root = Xml.Element(_oor("component-data"), {_oor("name"): "CalcAddIns", _oor("package"): "org.openoffice.Office"})
    its = _node(_node(_node(root, "AddInInfo", replace=False), SERVICE), "AddInFunctions", replace=False)
    for name, function in functions.items():
        node = _node(its, name)
        _texts(node, "DisplayName", Text(name, name))
        _texts(node, "Description", function.description)
        _texts(node, "CompatibilityName", Text(name, name))  # the name in .xlsx
        Xml.SubElement(Xml.SubElement(node, "prop", {_oor("name"): "Category"}), "value").text = _CATEGORY
        listed = _node(node, "Parameters", replace=False)
        for parameter in parameters(function.arguments):
            described = _node(listed, parameter.name)
            _texts(described, "DisplayName", Text(parameter.argument.name, parameter.argument.name))
            _texts(described, "Description", parameter.argument.help)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _oor(name: str) -> str:
    return f"{{{_OOR}}}{name}"


def _node(parent: Xml.Element, name: str, *, replace: bool = True) -> Xml.Element:
    how = {_oor("op"): "replace"} if replace else {}
    return Xml.SubElement(parent, "node", {_oor("name"): name, **how})


def _texts(node: Xml.Element, prop: str, text: Text) -> None:
    holder = Xml.SubElement(node, "prop", {_oor("name"): prop})
    for language in LANGUAGES:
        Xml.SubElement(holder, "value", {_LANGUAGE: language}).text = text.show(language)
