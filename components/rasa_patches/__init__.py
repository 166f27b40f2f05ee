"""Everything that bends Rasa: without TensorFlow, one thread, a guarded action server, our wording."""
