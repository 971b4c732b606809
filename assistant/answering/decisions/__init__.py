"""What each question of a message gets: the rules between the matcher and the reply."""
