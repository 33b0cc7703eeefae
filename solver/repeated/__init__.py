"""Games that are played for ever."""
