"""The fault campaign: a county at work while its servers are killed, and an audit of all that was left.

`make chaos` runs it (docs/chaos.md); the suite tries its audit alone.
"""
