"""What every district stands on: database, errors, settings, background work, words, encryption."""
