"""What a supervisor looks at: agreement among coders."""
