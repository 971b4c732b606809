"""What the clinic may say: its files in knowledge/, read, checked and frozen."""
