"""What was learnt from people's messages, as weights of their features."""
