"""Whether a message gets the urgent-care card, and which."""
