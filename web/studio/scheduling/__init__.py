"""Publishing at a time: what is scheduled, and what does it when its time has come."""
