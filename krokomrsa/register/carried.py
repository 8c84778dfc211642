"""A mapping of which the next is made without copying all of it."""

from __future__ import annotations

from collections.abc import Collection, ItemsView, Iterator, KeysView, Mapping, ValuesView
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Carried(Mapping[K, V]):
    """A mapping that does not change, and that another, in which a little differs, is made from without copying all of it.

    What is replaced stays in its place, what is new comes last. Each change is a layer on what there was. A layer that is as large as the
    one under it is laid into it, so there are few layers, and what came first is not copied again for each change that comes after.

    >>> one = Carried({"a": 1, "b": 2})
    >>> dict(one.changed({"a": 7, "b": None, "c": 3})), dict(one)
    ({'a': 7, 'c': 3}, {'a': 1, 'b': 2})
    """

    __slots__ = ("_gone", "layers")

    def __init__(self, base: Mapping[K, V]) -> None:
        """Take what there is, never changed again."""
        self.layers: tuple[Mapping[K, V | None], ...] = (base,)  # the newest first; None: taken away
        self._gone: frozenset[K] = frozenset()  # what was taken away and still stands in a layer

    def __getitem__(self, key: K) -> V:
        """Return what stands under a key."""
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found  # type: ignore[no-any-return]

    def get(self, key: K, default: Any = None) -> Any:
        """Return what stands under a key, else what was given instead."""
        for layer in self.layers:
            if key in layer:
                found = layer[key]
                return default if found is None else found
        return default

    def __contains__(self, key: object) -> bool:
        """Tell whether something stands under a key."""
        return self.get(key) is not None  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[K]:
        """Go through the keys."""
        return iter(self._whole())

    def keys(self) -> KeysView[K]:
        """Return the keys."""
        return self._whole().keys()

    def values(self) -> ValuesView[V]:
        """Return what stands under the keys."""
        return self._whole().values()

    def items(self) -> ItemsView[K, V]:
        """Return the keys and what stands under them."""
        return self._whole().items()

    def __len__(self) -> int:
        """Return the number of keys."""
        return len(self._whole())

    def some(self, keys: Collection[K]) -> dict[K, V]:
        """Return what stands under some keys, in the mapping's order.

        >>> Carried({"a": 1, "b": 2}).changed({"a": 7, "c": 3}).some({"c", "a", "d"})
        {'a': 7, 'c': 3}
        """
        found: dict[K, V | None] = {}
        wanted = set(keys)
        for layer in reversed(self.layers):
            held = layer.keys() & wanted
            whole = len(held) == len(layer)  # as when the keys are those of the last change
            found |= layer if whole else {key: layer[key] for key in (filter(held.__contains__, layer) if len(held) > 1 else held)}
        return {key: value for key, value in found.items() if value is not None}

    def lacking(self, keys: Collection[K]) -> set[K]:
        """Return those of some keys under which nothing stands.

        >>> Carried({"a": 1, "b": 2}).changed({"a": None, "c": 3}).lacking({"a", "b", "d"}) == {"a", "d"}
        True
        """
        gone, left = self._gone.intersection(keys), set(keys)
        for layer in self.layers:
            left = left.difference(layer)
        return left | gone

    def lacks(self, keys: AbstractSet[K]) -> bool:
        """Tell whether nothing stands under any of some keys.

        >>> Carried({"a": 1, "b": 2}).lacks({"a", "c"}), Carried({"a": 1, "b": 2}).changed({"a": None}).lacks({"a", "c"})
        (False, True)
        """
        left = keys - self._gone if self._gone else keys
        return all(layer.keys().isdisjoint(left) for layer in self.layers)

    def changed(self, over: Mapping[K, V | None]) -> Carried[K, V]:
        """Return the mapping with some values replaced, None: taken away; ``over`` is never changed again."""
        if not self._gone.isdisjoint(over):  # what comes back comes last
            self._whole()
        made: Carried[K, V] = Carried({})
        made._gone = self._gone.union(key for key, value in over.items() if value is None)
        top, *under = over, *self.layers
        while under and len(under[0]) <= len(top):
            top = {**under.pop(0), **top}
        made.layers = (top, *under)
        return made

    def _whole(self) -> Mapping[K, V]:
        """Return all of it as one mapping: the layers are laid into one once and for all."""
        gone = self._gone
        if len(self.layers) > 1 or gone:
            whole: dict[K, V | None] = {}
            for layer in reversed(self.layers):
                whole |= layer
            for key in gone:
                whole.pop(key, None)
            self.layers = (whole,)
            self._gone = frozenset()  # after the layers: another thread that reads, reads them in the other order
        return self.layers[0]  # type: ignore[return-value]
