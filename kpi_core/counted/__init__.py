"""The figures of opportunities from counts of their rows: each formula's last step, whoever counted."""
