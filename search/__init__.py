"""From a query to ranked passages. Knows a generation, not how it was built or served."""
