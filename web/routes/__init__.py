"""The doors: HTTP in, plain values to the nouns, HTTP out. No rule is decided here."""
