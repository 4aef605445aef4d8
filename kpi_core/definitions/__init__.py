"""What each KPI means: one TOML table per KPI, one file per family. Read and checked by catalogue.py alone."""
