"""The commands of the command line: parse, call, print. No game theory here, and click alone at module level."""
