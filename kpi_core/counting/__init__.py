"""The opportunities' figures of all groups and periods in one pass over the rows, however many there are."""
