"""Other people's solvers, asked the same questions. Each test skips where its peer is not installed."""
