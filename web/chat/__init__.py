"""Conversations and their messages, turns, cards, handoffs and callbacks, from arrival to retention."""
