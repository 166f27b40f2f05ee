"""Routes of the answers as pages."""
