"""Strategies for a two-player partnership play each other, as in Axelrod's tournaments, while urgency moves."""
