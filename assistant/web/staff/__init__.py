"""The pages for the clinic's staff, a module per group of pages, guarded once."""
