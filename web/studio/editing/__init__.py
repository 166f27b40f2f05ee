"""Writing in the studio: what helps in the form, and changes of answers beyond it."""
