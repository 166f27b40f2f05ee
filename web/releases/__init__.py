"""Builds, publishing, withdrawals and the messages that releases are compared on."""
