"""The table task: content, drawing, wear, turns, verification; `task.py` reads as its story."""
