"""Many scenarios at once: how sure an answer is, and what decides it."""
