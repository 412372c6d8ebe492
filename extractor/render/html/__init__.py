"""Results as HTML: the article with what was found in it, as a page of the service or as one file."""
