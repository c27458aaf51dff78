"""Surface water: class of a section, regions, lakes, city index, targets (GB 3838, 环办〔2011〕22号)."""
