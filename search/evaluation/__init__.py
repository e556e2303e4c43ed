"""The measure: how good the rankings of an engine are, by whole cascade and by stage, and whether a change helps."""
