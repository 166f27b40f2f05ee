"""Routes of accounts: login, lock screen, profile, people, audit log."""
