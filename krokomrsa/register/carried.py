"""A mapping of which the next is made without copying all of it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, ItemsView, Iterator, KeysView, Mapping, Sequence, ValuesView
from collections.abc import Set as AbstractSet
from typing import Any, Final, NamedTuple, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_NEAR: Final = 8  # changes that are looked into as they were made, before those under them are laid together
_MANY: Final = 512  # keys asked for at once: so many that it pays to know all that ever came


class Layer(NamedTuple):
    """What one change said, or several that were laid together."""

    held: Mapping[Any, Any]  # None: taken away
    new: bool  # whether it is known that none of its keys stands in a layer under it


class Askable(Mapping[K, V]):
    """A mapping that can be asked for many keys at once."""

    @abstractmethod
    def some(self, keys: Collection[K]) -> dict[K, V]:
        """Return what stands under some keys."""


class _State(NamedTuple):
    """The layers of a mapping."""

    layers: tuple[Layer, ...]  # the newest first
    gone: frozenset[Any]  # what was taken away and still stands in a layer
    laid: int = 1  # how many of the layers, from the oldest, have been laid together as far as they are to be


class Carried(Askable[K, V]):
    """A mapping that does not change, and that another, in which a little differs, is made from without copying all of it.

    What is replaced stays in its place, what is new comes last. Each change is a layer on what there was. Layers are laid together when
    somebody looks through many, each with those above it that are more than half as large, so they stay few, and what came first is not copied
    again for each change that comes after. Who asks for many keys that never came is answered without a look into the layers.

    >>> one = Carried({"a": 1, "b": 2})
    >>> dict(one.changed({"a": 7, "b": None, "c": 3})), dict(one)
    ({'a': 7, 'c': 3}, {'a': 1, 'b': 2})
    """

    __slots__ = ("_ever", "_state")

    def __init__(self, base: Mapping[K, V]) -> None:
        """Take what there is, never changed again."""
        self._state = _State((Layer(base, new=True),), frozenset())  # replaced as one: others may be reading
        self._ever: set[K] | None = None  # every key under the newest layer, and others: all that is made of it shares it, and adds to it

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Return the layers, the newest first."""
        return self._state.layers

    def __getitem__(self, key: K) -> V:
        """Return what stands under a key."""
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found  # type: ignore[no-any-return]

    def get(self, key: K, default: Any = None) -> Any:
        """Return what stands under a key, else what was given instead."""
        layers, ever = self.layers, self._ever
        found = layers[0].held.get(key)
        if found is None and len(layers) > 1 and key not in layers[0].held and (ever is None or key in ever):
            found = next((layer[key] for layer, _ in self._down() if key in layer), None)
        return default if found is None else found

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
        left = set(keys)
        parts: list[Mapping[K, V | None]] = []
        for layer, new in () if self._never(left) else self._down():
            held = left if layer.keys() == left else layer.keys() & left
            whole = len(held) == len(layer)  # as when the keys are those of the last change
            parts.append(layer if whole else {key: layer[key] for key in (filter(held.__contains__, layer) if len(held) > 1 else held)})
            if new:  # else one that stands under it too keeps that place
                left = left - held
            if not left:
                break
        found: dict[K, V | None] = {}
        for part in reversed(parts):
            found |= part
        return found if all(found.values()) else {key: value for key, value in found.items() if value is not None}  # type: ignore[return-value]

    def lacking(self, keys: Collection[K]) -> set[K]:
        """Return those of some keys under which nothing stands.

        >>> Carried({"a": 1, "b": 2}).changed({"a": None, "c": 3}).lacking({"a", "b", "d"}) == {"a", "d"}
        True
        """
        gone, left = self._state.gone.intersection(keys), set(keys)
        for layer, _ in () if self._never(left) else self._down():
            left = left.difference(layer)
            if not left:
                break
        return left | gone

    def lacks(self, keys: AbstractSet[K]) -> bool:
        """Tell whether nothing stands under any of some keys.

        >>> Carried({"a": 1, "b": 2}).lacks({"a", "c"}), Carried({"a": 1, "b": 2}).changed({"a": None}).lacks({"a", "c"})
        (False, True)
        """
        if self._never(keys):
            return True
        gone = self._state.gone
        left = keys - gone if gone else keys
        return all(layer.keys().isdisjoint(left) for layer, _ in self._down())

    def changed(self, over: Mapping[K, V | None]) -> Carried[K, V]:
        """Return the mapping with some values replaced, None: taken away; ``over`` is never changed again."""
        state, ever = self._state, self._ever
        if not state.gone.isdisjoint(over):  # what comes back comes last
            state, ever = _State((Layer(self._whole(), new=True),), frozenset()), None
        made: Carried[K, V] = Carried({})
        made._ever, (layers, gone, laid) = ever, state
        if made._ever is not None:  # not before now: who made a change asks first what stood there
            made._ever.update(layers[0].held)
        new = made._ever is not None and made._ever.isdisjoint(over)
        if not all(over.values()):
            gone = gone.union(key for key, value in over.items() if value is None)
        made._state = _State((Layer(over, new), *layers), gone, laid)
        return made

    def _never(self, keys: AbstractSet[K]) -> bool:
        """Tell whether it is known without a look under the newest layer that none of some keys ever came."""
        newest, *under = self.layers
        ever = self._ever
        if ever is None and under and len(keys) >= _MANY:
            ever = self._ever = set[K]().union(*(layer for layer, _ in under))
        return ever is not None and ever.isdisjoint(keys) and newest.held.keys().isdisjoint(keys)

    def _down(self) -> Iterator[Layer]:
        """Go through the layers, the newest first; where there are many, those that follow are laid together before they are looked into."""
        layers, gone, laid = self._state
        if len(layers) - laid <= _NEAR:
            yield from layers
            return
        yield from layers[:_NEAR]
        under = _laid(layers[_NEAR:])
        self._state = _State((*layers[:_NEAR], *under), gone, len(under))  # it says the same, also if another has laid all of it together
        yield from under

    def _whole(self) -> Mapping[K, V]:
        """Return all of it as one mapping: the layers are laid into one once and for all."""
        layers, gone, _ = self._state
        if len(layers) > 1 or gone:
            whole = _together(layers[::-1])
            for key in gone:
                whole.pop(key, None)
            self._state, self._ever = _State((Layer(whole, new=True),), frozenset()), None
            return whole
        return layers[0].held


def _together(layers: Sequence[Layer]) -> dict[Any, Any]:
    """Return layers, the oldest first, as one mapping."""
    found: dict[Any, Any] = {}
    for layer in layers:
        found |= layer.held
    return found


def _laid(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """Return all the layers that there are from one downwards, laid together until none is more than half as large as the one under it."""
    piles: list[tuple[int, list[Layer]]] = []  # the oldest first, each with its size
    for layer in reversed(layers):
        size, pile = len(layer.held), [layer]
        while piles and piles[-1][0] < 2 * size:
            under, lower = piles.pop()
            size, pile = size + under, [*lower, *pile]
        piles.append((size, pile))
    made = [Layer(_together(pile), new=all(one.new for one in pile)) if len(pile) > 1 else pile[0] for _, pile in piles]
    return (*reversed(made[1:]), made[0]._replace(new=True))
