"""Read a sender's cells: values, levels and the crosswalks between scales, names of rows."""
