"""What the service does with danger: verdicts on messages, the workers that give them, the cards."""
