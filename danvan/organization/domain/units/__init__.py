"""Units in time: their tree, how they follow one another, the events that reorganise them."""
