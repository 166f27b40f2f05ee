"""The desk: queues, conversations, callbacks, staff replies, handoff timeouts, statistics."""
