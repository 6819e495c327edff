"""The fewest calls that the demo's work could take, from what was done and how far each contract lets calls be batched.

Counted from the contracts' figures, not from what the adapters do: one call per picture (an id belongs to one content),
one per create, price or stock write where the platform takes one item at a time, and complete reads by full pages.
"""
