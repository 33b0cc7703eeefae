"""Many scenarios at once: how sure an answer is, what decides it, where it breaks."""
