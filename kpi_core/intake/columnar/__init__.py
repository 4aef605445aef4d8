"""A parquet file of opportunities read by columns, some row groups at a time, however many rows it has."""
