"""The keys of what is sealed in the record, and the files that hold them."""
