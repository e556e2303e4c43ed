"""Pages that the user saved by hand: files of several formats, each to the link that it belongs to. `importing` is the way in."""
