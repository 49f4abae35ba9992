"""People and who works for whom: duplicates, identity numbers, assignments, delegation, handing over."""
