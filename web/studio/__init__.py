"""The studio: where owners write answers, clinicians sign them, and a release is tried before it is live."""
