"""Templates in, filled workbooks out."""
