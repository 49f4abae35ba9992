"""What leaves the house as a workbook: which rows and columns, and no formulas."""
