"""Finding a conversation again."""
