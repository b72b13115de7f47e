"""What is trained: one frozen recipe per model."""
