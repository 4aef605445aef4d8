"""Example workbooks, written by `python -m examples.build`."""
