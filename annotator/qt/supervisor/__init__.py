"""What a supervisor looks at: agreement among coders, cases to settle, coders against gold."""
