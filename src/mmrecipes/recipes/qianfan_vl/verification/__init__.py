"""Stage 6 of the recipe beyond a task's own checks: what every finished sample of any task goes through."""
