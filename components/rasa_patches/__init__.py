"""Everything that bends Rasa: without TensorFlow, faster graphs, kept connections, our wording."""
