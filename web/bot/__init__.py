"""The clients of the bots, the release's manifest, and what is laid over it without a build."""
