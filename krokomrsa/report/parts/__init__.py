"""What stands under each heading of the report: one module a part."""
