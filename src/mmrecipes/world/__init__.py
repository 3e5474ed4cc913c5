"""2.5-D scenes from a scene graph: invent, draw, describe, ask, refer, edit.

Start with `scene.invent` and `draw.render`.
"""
