"""A proof that nothing can fail proves nothing: the code made wrong on purpose, one fragment at a time.

A mutant is a function, a fragment of its source and what stands there instead. The function keeps its
identity; only its code is another while the block lasts, so it is wrong for everybody who calls it.
"""

from __future__ import annotations
import __future__

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple


class Mutant(NamedTuple):
    """`name` says what is wrong with it."""

    name: str
    function: Callable[..., Any]
    fragment: str
    instead: str


@contextmanager
def wrong(mutant: Mutant) -> Iterator[None]:
    """Inside the block the mutant's function is wrong. Raises ValueError if its source has moved on."""
    function: Any = inspect.unwrap(mutant.function)
    source = textwrap.dedent(inspect.getsource(function))
    if source.count(mutant.fragment) != 1:
        raise ValueError(f"{function.__qualname__} has not once: {mutant.fragment}")
    tree = ast.parse(source.replace(mutant.fragment, mutant.instead))
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []  # it is decorated already, and is not registered twice
    flags = __future__.annotations.compiler_flag
    code = compile(tree, inspect.getsourcefile(function) or "", "exec", flags=flags, dont_inherit=True)
    made: dict[str, Any] = {}
    exec(code, function.__globals__, made)
    kept = function.__code__
    function.__code__ = made[function.__name__].__code__
    try:
        yield
    finally:
        function.__code__ = kept
