"""Where xlwings Server looks for scripts: there are none, the service never writes into a workbook by itself."""
