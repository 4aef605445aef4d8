"""The worksheet functions as a service for Excel on Windows, Mac and the web: xlwings Server by `kpi serve`."""
