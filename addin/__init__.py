"""Where people meet the KPIs: the command line, filled workbooks, worksheet cells."""
