"""Surface water in the office: sections, samples, pages."""
