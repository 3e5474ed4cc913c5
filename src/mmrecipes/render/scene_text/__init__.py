"""Text that stands in places: planes in space, light, signs, glyph quads; and word crops for recognition."""
