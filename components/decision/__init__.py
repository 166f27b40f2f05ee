"""The decision: from scores, safety and details to the one intent that rules and stories see."""
