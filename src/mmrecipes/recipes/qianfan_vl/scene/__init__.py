"""Natural-scene OCR: the task's steps, turns, wording and checks."""
