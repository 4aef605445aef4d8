"""The KPIs from single columns, as a formula in a cell gives them: no table, no pandas."""
