"""Puts Front Desk on a Debian server, or takes it off again; standard library only."""
