"""The check that a notebook carries: its files are put into the notebook as they stand, and use Python alone."""
