"""`python -m addin` is `kpi`."""

from addin.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
