"""Pure calculations: tables in, results out."""
