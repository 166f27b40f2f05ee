"""One turn: the channel that takes it, the processor that runs it, the window of events it gets."""
