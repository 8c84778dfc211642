"""Find the loops of a graph: its strongly connected parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def components(edges: Mapping[int, Sequence[int]]) -> list[set[int]]:
    """Return the strongly connected parts of a graph, each after those that it leads to; edges to what is no key are not looked at.

    Tarjan's algorithm without recursion, so that a long chain is no problem.

    References
    ----------
    Tarjan, R. (1972). Depth-first search and linear graph algorithms. SIAM Journal on Computing 1(2), 146–160.

    Examples
    --------
    >>> components({1: [2], 2: [1, 3], 3: []})
    [{3}, {1, 2}]
    """
    order: dict[int, int] = {}
    lowest: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[set[int]] = []
    for root in edges:
        path = [] if root in order else [(root, iter(edges[root]))]
        while path:
            vertex, further = path[-1]
            if vertex not in order:
                order[vertex] = lowest[vertex] = len(order)
                stack.append(vertex)
                on_stack.add(vertex)
            following = next((there for there in further if there in edges and (there not in order or there in on_stack)), None)
            if following is None:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[vertex])
                if lowest[vertex] == order[vertex]:
                    found.append(_cut(stack, vertex, on_stack))
            elif following in order:
                lowest[vertex] = min(lowest[vertex], order[following])
            else:
                path.append((following, iter(edges[following])))
    return found


def _cut(stack: list[int], vertex: int, on_stack: set[int]) -> set[int]:
    """Take a vertex and all above it off the stack."""
    part = {stack.pop()}
    while vertex not in part:
        part.add(stack.pop())
    on_stack -= part
    return part
