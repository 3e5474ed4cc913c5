"""Invented scenes that several tests of a process share: inventing one takes ten milliseconds."""

from __future__ import annotations

import functools

from mmrecipes.world.scene import invent

invented = functools.cache(invent)
SMALL = (400, 300)
