"""One file for each revision of the schema; a released one never changes."""
