"""What colleagues do with an answer: sign it, read its questions, talk about it, ask for a review."""
