"""Check the content, train a release and measure it (bot half)."""
