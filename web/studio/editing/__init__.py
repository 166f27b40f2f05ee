"""Changes of answers beyond their form: deleted, merged, split, moved, many at once."""
