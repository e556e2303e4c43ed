"""Figures, not tests: what a search, a query and a build cost on this machine. `make bench` prints them."""
