"""Attacks on the intake: generated files of every kind, whole and damaged."""
