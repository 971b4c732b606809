"""How well each entry answers a question, with the reasons."""
