"""The office: the web site of a bureau, one Django app a subject, named as in `domain`."""
