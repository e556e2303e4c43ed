"""What a page of HTML holds: its article as Markdown, and what it says of itself. No I/O; `ingest.extract` is the way in."""
