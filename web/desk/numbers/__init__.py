"""What the desk counts, drawn as charts."""
