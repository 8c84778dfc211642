"""The sender's file back: cells that need attention coloured and commented, and a first sheet that lists them."""

from __future__ import annotations

from krokomrsa.excel.reply.writing import marked, name

__all__ = ["marked", "name"]
