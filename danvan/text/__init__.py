"""Vietnamese text, pure: one Unicode form, folded search, alphabetical order, numbers and dates as written here."""
