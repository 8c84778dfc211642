"""Find the tables in somebody else's workbook; ``tables.find`` is the way in."""
