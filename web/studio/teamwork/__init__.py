"""Working together: who is told by mail, and who is to work on which answer."""
