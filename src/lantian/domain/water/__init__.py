"""Surface water: class of a section, rivers and basins, trophic state, ranking, targets."""
