"""Working through the calls: rows, due times, outcomes, and what is done with one of them."""
