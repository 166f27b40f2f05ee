"""Names of what our graph components leave on a message for the ones behind them."""

SAFETY = "safety"  # dict: kind, soft_line, still_asked; also in the parse that actions see
LANGUAGE = "language"  # "en", "es" or "other"
READING_TEXT = "reading_text"  # the text to understand: cleaned, safety's sentences out, repaired
READINGS = "readings"  # list[Reading]: the ways to read the message
TOLD = "told_readings"  # list[Reading]: parts that tell while others ask; scored only where that matters
VECTORS = "reading_vectors"  # np.ndarray (n_readings, n_dimensions), unit rows
SCORED = "scored_readings"  # list[Scored], one for each reading
FOLLOW_UP = "follow_up"  # Asked: what a short message asks of the answer before it
SIMILAR = "similar"  # list[dict]: the known questions nearest to the message, when they are asked for
IN_CRISIS = "in_crisis"  # slot: the card or check that the conversation is under; it outlives the window
DECISION = "decision"  # dict, see `components.decision.choices.decision`; in the parse that actions see
PROTESTS = "protests"  # whether a protest at the last answer was set aside
REFUSED = "refused"  # a call or a robot, by the words of the message
FORM_TURN = "form_turn"  # what a message does in the callback form
