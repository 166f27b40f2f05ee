"""The web half, the only part that faces people: doors (routes), rules (nouns), outlets."""
