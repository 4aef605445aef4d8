"""What filling costs and what it keeps, measured beside other libraries."""
