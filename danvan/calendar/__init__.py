"""Days, pure: working days and the windows of reporting periods. Holidays and schemes are handed in, never assumed."""
