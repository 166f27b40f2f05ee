"""Visitors who wait or have left: their place in line, and how they come back to an answer."""
