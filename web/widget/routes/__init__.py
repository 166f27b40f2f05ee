"""Routes of the widget."""
