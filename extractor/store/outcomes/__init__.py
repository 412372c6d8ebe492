"""How predictions turned out, and track records."""
