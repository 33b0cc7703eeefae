"""What Python alone can judge: a notebook carries these files as they stand; other rooms share their nouns."""
