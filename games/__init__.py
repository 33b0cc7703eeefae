"""What is played: exact, frozen models of games. Standard library only; nothing here solves anything."""
