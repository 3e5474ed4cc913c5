"""What boards look like: colours and the kind of floor, hole, goal and player of each theme.

Covered: eight themes of boards with holes, five of mazes with walls. No theme uses the red of the path. Not covered:
how they are drawn (`tiles`, `draw`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Floor = Literal["ice", "slabs", "grass", "sand", "planks", "plates", "plain"]
GoalKind = Literal["flag", "chest", "house", "beacon", "tent", "star"]
Player = Literal["explorer", "pawn", "robot"]


@dataclass(frozen=True, slots=True)
class TileTheme:
    """A board with holes: `floor` (its kind, colour, a darker and a lighter one), `hole` (rim, outer and inner colour),
    goal and player with their colours, and how a text calls safe cells and holes (one, several)."""

    name: str
    kind: Floor
    floor: tuple[str, str, str]
    hole: tuple[str, str, str]
    goal: GoalKind
    goal_colour: str
    player: Player
    player_colour: str
    safe: str
    hazard: tuple[str, str]


TILE_THEMES: tuple[TileTheme, ...] = (
    TileTheme("frozen_lake", "ice", ("#d3e8f5", "#a9cfe6", "#f3fafe"), ("#f4fbff", "#3f86b5", "#123e63"),
              "flag", "#1f8a4c", "explorer", "#3b5b92", "ice", ("hole", "holes")),
    TileTheme("night_ice", "ice", ("#7fa3c4", "#5f84aa", "#a9c5de"), ("#b4cfe4", "#1d3a5f", "#081a33"),
              "beacon", "#f2c14e", "explorer", "#d98c2b", "ice", ("hole", "holes")),
    TileTheme("courtyard", "slabs", ("#cfc8bb", "#aaa193", "#e4dfd5"), ("#8a8173", "#4a443c", "#1d1a17"),
              "chest", "#8a5a2b", "pawn", "#2f6f73", "stone", ("pit", "pits")),
    TileTheme("meadow", "grass", ("#b5d38b", "#8fb766", "#d3e7b2"), ("#7d6a4a", "#4f8fb0", "#23597a"),
              "house", "#c98b4a", "pawn", "#4b3f8f", "grass", ("pond", "ponds")),
    TileTheme("dunes", "sand", ("#ecd9a8", "#d6bb7d", "#f7ecc9"), ("#c2a260", "#8a6a3a", "#46331b"),
              "tent", "#2e7d83", "explorer", "#35618f", "sand", ("sinkhole", "sinkholes")),
    TileTheme("jetty", "planks", ("#c39a6b", "#966f45", "#dbb88c"), ("#7a5836", "#2e7f95", "#124a5c"),
              "flag", "#f0f0ea", "pawn", "#f0b429", "planks", ("gap", "gaps")),
    TileTheme("station", "plates", ("#b9c2cb", "#8f9aa5", "#dde3e8"), ("#e0b23c", "#343c46", "#0b0e13"),
              "beacon", "#3fc1a5", "robot", "#3c6fb4", "plates", ("open hatch", "open hatches")),
    TileTheme("diagram", "plain", ("#f6f4ee", "#c9c4b6", "#ffffff"), ("#5d6470", "#3d434d", "#2b3038"),
              "star", "#e0a526", "pawn", "#2b6cb0", "floor", ("hole", "holes")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WallTheme:
    """A maze with walls: floor and its shade, wall with its lit and its dark side, thickness of the walls as a share of
    a cell, goal and player."""

    name: str
    floor: tuple[str, str]
    wall: tuple[str, str, str]
    thickness: float
    goal: GoalKind
    goal_colour: str
    player: Player
    player_colour: str


WALL_THEMES: tuple[WallTheme, ...] = (
    WallTheme("ink", ("#ffffff", "#ffffff"), ("#22262b", "#22262b", "#22262b"), 0.07, "star", "#e0a526",
              "pawn", "#2b6cb0"),
    WallTheme("hedge", ("#e9dcc0", "#dccba6"), ("#4f8a45", "#79b266", "#2f5f2d"), 0.26, "house", "#b9783c",
              "pawn", "#4b3f8f"),
    WallTheme("stone", ("#d8d3c8", "#c8c1b3"), ("#7b746a", "#a29a8d", "#4b463f"), 0.2, "chest", "#8a5a2b",
              "explorer", "#2f6f73"),
    WallTheme("blueprint", ("#dfeaf6", "#d3e2f2"), ("#1f4e86", "#1f4e86", "#1f4e86"), 0.09, "flag", "#f2b632",
              "pawn", "#2a7f62"),
    WallTheme("station", ("#e5e9ed", "#d5dbe1"), ("#4d5966", "#77879a", "#2c343d"), 0.16, "beacon", "#1fa187",
              "robot", "#3c6fb4"),
)  # fmt: skip
