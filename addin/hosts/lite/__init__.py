"""xlwings Lite: Excel on Windows, Mac and the web without any installation of Python; one file to load there."""
