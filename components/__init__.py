"""Rasa graph components, the turn channel and the wording of the bot half, one per file."""
