"""The classifier: kernel ridge regression over known questions, calibrated, with its caches."""
