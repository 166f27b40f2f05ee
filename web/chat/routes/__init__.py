"""Routes of the visitor's chat."""
