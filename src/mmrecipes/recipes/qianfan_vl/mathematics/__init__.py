"""The mathematics task: school and first-year problems on paper, with steps that are proved."""
