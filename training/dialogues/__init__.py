"""Plays written conversations as a visitor would and checks what comes back, turn by turn."""
