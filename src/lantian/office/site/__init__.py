"""Settings, addresses, base templates and shared page parts."""
