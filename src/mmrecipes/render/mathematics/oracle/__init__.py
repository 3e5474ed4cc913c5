"""Whether steps and answers are right: read from the stored strings, with no code of the makers.

Every step and answer is judged by two methods, `symbolic` (sympy) and `numeric` (floating point); see `judge`.
"""
