"""Keep a register in a database, with every change, every named state and every original."""

from krokomrsa.store.database import Store, check, open  # noqa: A004 (reads as store.open)
from krokomrsa.store.sanera import Sanitised

__all__ = ["Sanitised", "Store", "check", "open"]
