"""What `knowledge check` looks for, a module per concern."""
