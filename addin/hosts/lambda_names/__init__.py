"""No add-in at all: the simple KPIs as defined names that hold a LAMBDA, for a workbook that is mailed to Excel 365."""
