"""The coding desk: where one coder reads one article and labels it."""
