"""Sentences of the core, as data: errors.toml, rows.toml."""
