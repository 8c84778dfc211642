"""Understand a workbook that is none of our forms: find its tables, say what each column is, ask where it is not certain."""
