"""Who is one expert: on the way into the store, and as people say."""
