"""Wear for rendered pictures, with every quad carried: `degrade` is the chain, `move_quads` and `local_scale` read its
log."""

from mmrecipes.render.degradation.chain import LEVELS, Worn, degrade, draw_level
from mmrecipes.render.degradation.geometry import local_scale, move_quads
from mmrecipes.render.degradation.profiles import PROFILES, ProfileName

__all__ = ["LEVELS", "PROFILES", "ProfileName", "Worn", "degrade", "draw_level", "local_scale", "move_quads"]
