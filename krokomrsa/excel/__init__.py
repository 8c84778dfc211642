"""Excel at the border: bytes in, rows out; rows in, bytes out."""
