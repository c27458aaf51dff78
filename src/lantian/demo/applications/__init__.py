"""Applications for grading of the demo city: facts that the tables turn into the wanted grades."""
