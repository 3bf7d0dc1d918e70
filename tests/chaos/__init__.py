"""The fault campaign: a county at work while its servers are killed, and an audit of all that was left.

`make chaos` runs it (docs/chaos.md); a small one belongs to the suite (tests/faults/test_chaos.py).
"""
