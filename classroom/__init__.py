"""What is taught: questions made from games, answers marked by the solver, tournaments of strategies."""
