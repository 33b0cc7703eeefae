"""How it is told: text for people, data for scripts. Solvers know no screen."""
