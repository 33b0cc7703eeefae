"""How exercises leave accord: for learning platforms, as notebooks that check themselves, and on paper."""
