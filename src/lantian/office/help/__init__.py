"""Help: the project's own documentation, rendered offline, with a topic for every page."""
