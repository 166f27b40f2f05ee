"""Spelling: abbreviations written out, wrong words repaired, before anything is understood."""
