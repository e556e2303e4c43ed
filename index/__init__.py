"""From articles to a generation: an immutable folder that can be searched. Knows nothing of queries' meaning."""
