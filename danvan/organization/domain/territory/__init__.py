"""Areas in time, and the map of the country that they come from."""
