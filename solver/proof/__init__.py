"""Certificates, and the checker that trusts nobody: Fraction and ``games`` only."""
