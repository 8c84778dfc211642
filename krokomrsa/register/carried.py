"""A mapping of which the next is made without copying all of it."""

from __future__ import annotations

from collections.abc import Collection, ItemsView, Iterator, KeysView, Mapping, ValuesView
from types import MappingProxyType
from typing import Any, Final, TypeVar

_OVER: Final = 4  # what was changed is laid into what was there before when it is more than a quarter of it

K = TypeVar("K")
V = TypeVar("V")


class Carried(Mapping[K, V]):
    """A mapping that does not change, and that another, in which a little differs, is made from without copying all of it.

    What is replaced stays in its place, what is new comes last.

    >>> one = Carried({"a": 1, "b": 2})
    >>> dict(one.changed({"a": 7, "b": None, "c": 3})), dict(one)
    ({'a': 7, 'c': 3}, {'a': 1, 'b': 2})
    """

    __slots__ = ("_base", "_over")

    def __init__(self, base: Mapping[K, V], over: Mapping[K, V | None] = MappingProxyType({})) -> None:
        """Take what there was, never changed again, and what differs: None where something is gone."""
        self._base, self._over = base, over

    def __getitem__(self, key: K) -> V:
        """Return what stands under a key."""
        found = self.get(key, self)
        if found is self:
            raise KeyError(key)
        return found  # type: ignore[no-any-return]

    def get(self, key: K, default: Any = None) -> Any:
        """Return what stands under a key, else what was given instead."""
        found = self._over.get(key, self)
        found = self._base.get(key) if found is self else found
        return default if found is None else found

    def __contains__(self, key: object) -> bool:
        """Tell whether something stands under a key."""
        return self._over[key] is not None if key in self._over else key in self._base  # type: ignore[index]

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
        return len(self._base) + sum((value is not None) - (key in self._base) for key, value in self._over.items())

    def ordered(self, keys: Collection[K]) -> Iterator[K]:
        """Go through those of some keys under which something stands, in the mapping's order."""
        if not self._base.keys().isdisjoint(keys):
            yield from (key for key in filter(keys.__contains__, self._base) if self._over.get(key, self) is not None)
        yield from (key for key in filter(keys.__contains__, self._over) if key not in self._base and self._over[key] is not None)

    def changed(self, over: Mapping[K, V | None]) -> Carried[K, V]:
        """Return the mapping with some values replaced, None: taken away."""
        back = any(self._over[key] is None for key in self._over.keys() & over.keys())  # what comes back comes last
        if not back and (len(self._over) + len(over)) * _OVER < len(self._base):
            return Carried(self._base, {**self._over, **over})
        return Carried(_laid(self._whole(), over))

    def _whole(self) -> Mapping[K, V]:
        """Return all of it as one mapping; what differs is laid into what there was once and for all."""
        if self._over:
            self._base = _laid(self._base, self._over)
            self._over = MappingProxyType({})
        return self._base


def _laid(base: Mapping[K, V], over: Mapping[K, V | None]) -> dict[K, V]:
    return {key: value for key, value in {**base, **over}.items() if value is not None}
