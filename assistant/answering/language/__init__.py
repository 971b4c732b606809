"""What counts as the same words: forms, spelling, disguises, general English."""
