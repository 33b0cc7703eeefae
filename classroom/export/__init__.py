"""Exercise variants for other programs: learning platforms, notebooks, paper."""
