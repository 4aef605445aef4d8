"""What LibreOffice's Python can load of ours: the folders as arguments, one JSON answer on stdout."""

import json
import sys


def fault(module):
    """Why a module cannot be imported; None where it can."""
    try:
        __import__(module)
    except Exception as error:
        return "{}: {}".format(type(error).__name__, str(error).splitlines()[0] if str(error) else "")
    return None


if __name__ == "__main__":
    uno = fault("uno")
    sys.path[:0] = sys.argv[1:]
    version = list(sys.version_info[:3])
    print(
        json.dumps({"version": version, "uno": uno, "functions": fault("addin.functions"), "tables": fault("pandas")})
    )
