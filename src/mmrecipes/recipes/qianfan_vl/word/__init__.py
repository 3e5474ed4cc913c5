"""Word crops for recognition: the task's steps."""
