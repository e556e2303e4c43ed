"""The fronts: the `search` command, the `shuangta` command, the HTTP API and the search page."""
