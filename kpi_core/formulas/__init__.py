"""The arithmetic: one pure function per KPI, in files of the same stems as definitions/. No threshold, no text."""
