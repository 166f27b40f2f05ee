"""What both halves must agree on: the clinic's facts and how a wording is chosen and filled."""
