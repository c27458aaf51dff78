"""Use cases of soil: a survey checked, the state of parcels, a spot check drawn."""
