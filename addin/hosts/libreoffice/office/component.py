"""The UNO component of the extension: finds our packages and passes every call on.

Where they cannot be loaded, a call raises, Calc shows #VALUE!, and the reason is logged once; `kpi addin libreoffice
--install` tells the same beforehand.
"""

import json
import logging
import sys
from functools import lru_cache
from pathlib import Path

import unohelper
from b2bsaleskpis import XWorksheetFunctions
from com.sun.star.lang import XServiceInfo

SERVICE = "b2bsaleskpis.WorksheetFunctions"
SERVICES = (SERVICE, "com.sun.star.sheet.AddIn")


@lru_cache(maxsize=None)  # noqa: UP033  functools.cache is younger than some LibreOffices' Python
def packages():
    """The catalogue and the way to call it, or the exception that keeps them away."""
    folders = json.loads(Path(__file__).with_name("environment.json").read_text(encoding="utf-8"))["folders"]
    sys.path[:0] = [folder for folder in folders if folder not in sys.path]
    try:
        from addin.functions import FUNCTIONS
        from addin.hosts.libreoffice.calls import answered
    except Exception as error:
        logging.getLogger(SERVICE).error("Python %s cannot load the functions: %s", sys.version.split()[0], error)
        return error
    return FUNCTIONS, answered


class WorksheetFunctions(unohelper.Base, XWorksheetFunctions, XServiceInfo):
    """All functions of the interface, each found by its name."""

    def __init__(self, context):
        pass

    def __getattr__(self, name):
        if not name.isupper():  # UNO asks for much else
            raise AttributeError(name)
        found = packages()
        if isinstance(found, Exception):
            raise RuntimeError(str(found)) from found
        functions, answered = found

        def call(*given):
            return answered(functions[name], given)

        return call

    def getImplementationName(self):  # noqa: D102, N802
        return SERVICE

    def supportsService(self, name):  # noqa: D102, N802
        return name in SERVICES

    def getSupportedServiceNames(self):  # noqa: D102, N802
        return SERVICES


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816  the loader looks for this name
g_ImplementationHelper.addImplementation(WorksheetFunctions, SERVICE, SERVICES)
