"""xlwings' own COM server and converters on a machine without Windows: pywin32 is the only thing that is stood in for.

What runs is xlwings' com_server.XLPython.CallUDF, udfs.call_udf and its converters, unchanged. What is not there: COM
itself (a call is a plain Python call) and Excel. Importing this module changes how xlwings is loaded, so it runs in a
process of its own: as a program it reads pickled lists of calls and writes their pickled answers.
"""

from __future__ import annotations

import asyncio  # noqa: F401  imported while the platform still is what it is
import ctypes
import pickle
import sys
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import pandas as pd  # noqa: F401  likewise

MISSING = -2147352572  # DISP_E_PARAMNOTFOUND: an optional argument that the formula leaves out


class _RefusedError(Exception):
    """What pywin32 raises."""


def _stand_in(name: str, **real: Any) -> None:
    found = ModuleType(name)
    found.__getattr__ = lambda attribute: MagicMock(name=f"{name}.{attribute}")  # type: ignore[method-assign]
    found.__file__ = f"{name}.pyd"
    found.__path__ = []
    vars(found).update(real)
    sys.modules[name] = found
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, found)


def com_server() -> Any:
    """An XLPython, as Excel's VBA has it from xlwings."""

    def not_wrapped(_: object) -> object:
        raise _RefusedError

    class Class:
        """A COM class that is only inherited from or compared with."""

    _stand_in("pywintypes", com_error=_RefusedError, TimeType=type("TimeType", (), {}))
    ids = {"IDispatch": Class}
    _stand_in("pythoncom", ole_error=_RefusedError, com_error=_RefusedError, IID_IDispatch="IDispatch", TypeIIDs=ids)
    for name in ("win32api", "win32con", "win32event", "win32gui", "win32process", "win32timezone"):
        _stand_in(name)
    _stand_in("win32com")
    _stand_in("win32com.client", CDispatch=Class, CoClassBaseClass=Class, DispatchBaseClass=Class)
    _stand_in("win32com.server")
    _stand_in("win32com.server.dispatcher")
    _stand_in("win32com.server.policy")
    _stand_in("win32com.server.util", unwrap=not_wrapped)
    for name in ("windll", "oledll"):
        setattr(ctypes, name, MagicMock())
    library, ctypes.PyDLL = ctypes.PyDLL, MagicMock()  # type: ignore[misc,assignment]
    platform, sys.platform = sys.platform, "win32"
    try:
        import xlwings.com_server
    finally:
        sys.platform, ctypes.PyDLL = platform, library  # type: ignore[misc]
    return xlwings.com_server.XLPython()


def serve(server: Any) -> None:
    """Answer lists of pickled calls (name of the module, of the function, arguments) until nobody asks any more."""
    while True:
        try:
            calls = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump([server.CallUDF(*call) for call in calls], sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    serve(com_server())
