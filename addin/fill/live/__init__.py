"""Live workbooks: the rows come along in tables, and the figures are native formulas over them."""
