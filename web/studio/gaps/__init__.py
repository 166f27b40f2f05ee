"""What visitors missed, seen more closely: wrong answers, facts that were not known, groups put by hand."""
