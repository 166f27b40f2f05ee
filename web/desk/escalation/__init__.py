"""Nobody answers: the request is passed to the next person on duty, then on-call is told."""
