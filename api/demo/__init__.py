"""The bundled sample site, its reading lists, and the run that shows the whole path on them."""
