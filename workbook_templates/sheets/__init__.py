"""The sheets of the templates: one file each, a function `draw(book)` that adds it."""
