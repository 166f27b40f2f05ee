"""Set up the environments, and start and watch over everything (`make run`)."""
