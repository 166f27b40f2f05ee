"""Staff accounts: login, sessions, roles, second factor, devices, invitations, the audit log."""
