"""The published answers as pages: which are shown, how they are sorted and found, and whether they helped."""
