"""Excel for Windows through classic xlwings: an add-in built without Excel, put in place, examined."""
