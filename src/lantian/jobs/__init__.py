"""Jobs that tie domain and adapters together; the command line and the office call the same."""
