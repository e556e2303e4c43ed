"""How curators write: the pure parser behind `ingest.reading_list`."""
