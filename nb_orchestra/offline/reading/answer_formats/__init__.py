"""Goals that say how the answer is to be written (`@mean[…]`): slots, rules, definitions, constraints, columns made in sentences of their own."""
