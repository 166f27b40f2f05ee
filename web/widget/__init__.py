"""What the loader and the chat in the browser are given: settings, theme, scripts, allowed origins."""
