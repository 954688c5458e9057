"""The five shops: what each sells, for how much, and what it tells the insurer about it."""
