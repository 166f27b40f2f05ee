"""What the studio does by itself, when nobody asks for it."""
