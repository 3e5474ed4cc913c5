"""Formulas: a tree that says what is meant (`tree`), its notation (`layout`), and pictures with a box per token.

tree.Node --notation.layout_of--> layout.Layout --layout.latex / typst.typst--> text --draw.draw_formula--> picture
                                      ^------------- parse.parse ----------------'
"""
