"""WHAT IS TAUGHT: exercises made from games, variants by seed, answers marked by the solver, tournaments."""
