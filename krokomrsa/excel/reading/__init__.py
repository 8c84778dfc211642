"""Read a file's bytes into cells, without interpreting any of them."""

from krokomrsa.excel.reading.model import Book, Cell, Sheet
from krokomrsa.excel.reading.opening import read

__all__ = ["Book", "Cell", "Sheet", "read"]
