"""The shipped template workbooks, what builds them, and the contract of their names."""
