"""What of a goal was not read, not used or not done, so that it is told."""
