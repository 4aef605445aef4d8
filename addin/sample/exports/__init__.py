"""The sample's files as they stand after `python -m addin.sample.make`."""
