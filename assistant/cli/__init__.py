"""The commands of `flask --app assistant.app …`, a module per group."""
