"""Web Push: devices of staff are told that somebody waits, with the browser closed, and never what."""
