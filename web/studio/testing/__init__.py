"""The clinic's own tests: conversations that were kept, what each has to bring, and how builds went."""
