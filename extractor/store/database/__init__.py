"""Where the store is: opening it, its schema, and its upkeep."""
