"""The keys of what is sealed in the record, the files that hold them, and tokens that open something."""
