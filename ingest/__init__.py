"""From a reading list to clean articles. Knows nothing of indexes."""
