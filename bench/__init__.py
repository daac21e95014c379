"""What is measured: the same work done in two ways in one run, as ratios."""
