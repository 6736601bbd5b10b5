"""The first screen of a study: what there is to do."""
