"""What LibreOffice's own Python runs, written for any Python 3 that a LibreOffice may bring."""
