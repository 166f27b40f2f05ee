"""What belongs to the clinic beside its answers."""
