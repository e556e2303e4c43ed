"""The search page: HTML rendered on the server from Jinja templates, one style sheet, one script that it does without."""
