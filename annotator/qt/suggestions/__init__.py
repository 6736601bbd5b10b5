"""Labels that a model or a rule suggests: shown beside the text and in it, answered by one key each."""
