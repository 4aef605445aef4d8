"""B2B sales KPIs: what each one means and how it is computed. Pure: no spreadsheet, no network, no clock."""
