"""Dynamic management of grades: spot checks, downgrades with the firm's side, the way up, the firm's own page."""
