"""Whether somebody else holds a file: locks that the system takes back when their holder ends, however it ends."""

from __future__ import annotations

import sys
from typing import IO

_BEYOND = 1 << 30  # Windows keeps others from a locked byte altogether, so one is locked that nobody reads


def locked(file: IO[bytes]) -> bool:
    """Hold an open file as long as it stays open; False where another process holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            place = file.tell()
            file.seek(_BEYOND)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            file.seek(place)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
