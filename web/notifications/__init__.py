"""What leaves by mail or webhook: the outbox and its mailer."""
