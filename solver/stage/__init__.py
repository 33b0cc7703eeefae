"""Games that are played once."""
