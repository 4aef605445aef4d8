"""The extension's file (.oxt): type library, component, configuration, description; the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from xml.sax.saxutils import escape

from addin.hosts.libreoffice.configuration import configuration
from addin.hosts.libreoffice.environment import Environment
from addin.hosts.libreoffice.interface import INTERFACE, SERVICE, methods
from addin.hosts.libreoffice.type_library import type_library
from addin.hosts.libreoffice.wording import sentence
from addin.worksheet import WorksheetFunction
from kpi_core.texts import LANGUAGES

IDENTIFIER = "b2b-sales-kpis.worksheet-functions"
_UNO = "application/vnd.sun.star"
_LONG_AGO = (2020, 1, 1, 0, 0, 0)

_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">
 <manifest:file-entry manifest:full-path="types.rdb" manifest:media-type="{_UNO}.uno-typelibrary;type=RDB"/>
 <manifest:file-entry manifest:full-path="kpi.components" manifest:media-type="{_UNO}.uno-components"/>
 <manifest:file-entry manifest:full-path="CalcAddIns.xcu" manifest:media-type="{_UNO}.configuration-data"/>
</manifest:manifest>
"""
_COMPONENTS = f"""<?xml version="1.0" encoding="UTF-8"?>
<components xmlns="http://openoffice.org/2010/uno-components">
 <component loader="com.sun.star.loader.Python" uri="component.py">
  <implementation name="{SERVICE}">
   <service name="{SERVICE}"/>
   <service name="com.sun.star.sheet.AddIn"/>
  </implementation>
 </component>
</components>
"""
_DESCRIPTION = """<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006" xmlns:xlink="http://www.w3.org/1999/xlink">
 <identifier value="{identifier}"/>
 <version value="{version}"/>
 <display-name>{names}</display-name>
 <extension-description>{abouts}</extension-description>
</description>
"""


def extension(functions: Mapping[str, WorksheetFunction], environment: Environment) -> bytes:
    """The .oxt with these functions, for LibreOffice on the machine that has this environment."""
    parts = {
        "META-INF/manifest.xml": _MANIFEST.encode(),
        "description.xml": _description(environment.version).encode(),
        "types.rdb": type_library(INTERFACE, methods(functions)),
        "kpi.components": _COMPONENTS.encode(),
        "component.py": files("addin.hosts.libreoffice.office").joinpath("component.py").read_bytes(),
        "environment.json": environment.as_json(),
        "CalcAddIns.xcu": configuration(functions),
        **{f"about.{language}.txt": sentence("extension.about").show(language).encode() for language in LANGUAGES},
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _description(version: str) -> str:
    title = sentence("extension.title")
    return _DESCRIPTION.format(
        identifier=IDENTIFIER,
        version=version,
        names="".join(f'<name lang="{it}">{escape(title.show(it))}</name>' for it in LANGUAGES),
        abouts="".join(f'<src xlink:href="about.{it}.txt" lang="{it}"/>' for it in LANGUAGES),
    )
