"""Labels that a model, a rule or a register proposes: read in, offered, answered, reported; never counted as labels."""
