"""Worked examples that the teacher sees before its own task: two dialogues, three descriptions, three questions.

All are written for this project; none is taken from a data set. Each context has the form of `context`; dialogues are
shown captions alone unless boxes are asked for, the other two captions and boxes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mmrecipes.recipes.llava.context import Boxed, Symbols


@dataclass(frozen=True, slots=True)
class Shot:
    """A context and the reply that is wanted for it."""

    id: str
    symbols: Symbols
    reply: str


def _blocks(*texts: str) -> str:
    heads = ("Question", "Answer")
    return "\n===\n".join(f"{heads[i % 2]}:\n{text}" for i, text in enumerate(texts))


_MARKET = Shot(
    "conversation-0",
    Symbols(
        (
            "An old man weighs tomatoes on a green scale at a street stall.",
            "A market stand with crates of tomatoes, lemons and lettuce under a striped awning.",
            "Two women wait in front of a vegetable stall while the seller uses a scale.",
            "A seller in a straw hat serves customers at an outdoor market.",
            "Vegetables in wooden crates, with a chalk board leaning against the stall.",
        ),
        (
            Boxed("person", (0.447, 0.181, 0.601, 0.793)),
            Boxed("person", (0.672, 0.224, 0.789, 0.891)),
            Boxed("person", (0.803, 0.236, 0.924, 0.903)),
        ),
    ),
    _blocks(
        "What is the man with the straw hat doing?",
        "He is weighing tomatoes on a green scale for the people at his stall.",
        "How many women are waiting in front of the stall?",
        "Two women are waiting there.",
        "What is the produce kept in?",
        "It lies in wooden crates.",
        "Is there a roof over the goods?",
        "Yes, a striped awning is stretched over the stand and keeps the sun off the vegetables.",
        "Where is the chalk board?",
        "It leans against the stall.",
        "Is anybody riding a horse in this scene?",
        "No, nobody is on horseback; everybody is at the vegetable stall.",
        "What should one look for when choosing tomatoes like these?",
        "Good tomatoes feel heavy for their size and give a little under gentle pressure without being soft. The "
        "skin should be smooth and evenly coloured, and near the stem they should smell fresh and slightly grassy. "
        "Ripe ones are best kept at room temperature, since cold makes them mealy and dulls the taste.",
    ),
)

_HARBOUR = Shot(
    "conversation-1",
    Symbols(
        (
            "A girl in a yellow raincoat sits on a bollard and holds a fishing rod.",
            "Three sailing boats are moored at a stone quay on a grey day.",
            "A child fishing at a harbour with a red bucket beside her.",
            "Sailing boats with lowered sails behind a girl who is fishing.",
            "Rain clouds over a small harbour; one child is on the quay.",
        ),
        (
            Boxed("boat", (0.102, 0.233, 0.281, 0.611)),
            Boxed("boat", (0.346, 0.198, 0.532, 0.604)),
            Boxed("boat", (0.588, 0.241, 0.741, 0.597)),
            Boxed("person", (0.612, 0.503, 0.717, 0.846)),
        ),
    ),
    _blocks(
        "What is the girl wearing?",
        "She wears a yellow raincoat.",
        "What is she sitting on?",
        "She is sitting on a bollard at the edge of the quay.",
        "How many sailing boats are moored there?",
        "There are three sailing boats.",
        "Are the sails up?",
        "No, the sails are lowered.",
        "What stands beside the girl?",
        "A red bucket stands beside her.",
        "What is the weather like?",
        "It is a grey day with rain clouds over the harbour.",
        "Why do people put a bucket next to them when they fish?",
        "A bucket keeps the catch close at hand. Filled with some water it keeps small fish alive, so that those which "
        "are too young can be let go again; empty, it holds line, bait and a cloth, and turned over it makes a seat.",
    ),
)

_KITCHEN = Shot(
    "detail-0",
    Symbols(
        (
            "A woman rolls out dough on a kitchen table.",
            "Baking in a small kitchen with a cat on a chair.",
            "A woman with an apron works with a rolling pin while a cat watches.",
            "Flour, a bowl and two bottles on a wooden table.",
        ),
        (
            Boxed("person", (0.405, 0.102, 0.662, 0.871)),
            Boxed("dining table", (0.188, 0.566, 0.903, 0.994)),
            Boxed("cat", (0.021, 0.455, 0.142, 0.689)),
            Boxed("chair", (0.004, 0.498, 0.171, 0.982)),
            Boxed("bowl", (0.247, 0.577, 0.349, 0.668)),
            Boxed("bottle", (0.751, 0.392, 0.799, 0.617)),
            Boxed("bottle", (0.822, 0.409, 0.868, 0.626)),
        ),
    ),
    "A woman is baking in a small kitchen. She stands near the middle behind a wide wooden table that fills most of "
    "the lower part of the view, wears an apron, and rolls out dough with a rolling pin. Flour is scattered over the "
    "table top. A bowl stands on the table to her left as we see it, not far from its end, and two bottles stand "
    "upright on the opposite end, at the far right.\n\nAt the left edge a chair has been drawn up to the table. A "
    "cat sits on it and seems to follow the work with interest, its head just about level with the table top. The "
    "three of them, baker, table and cat, make the picture look calm and homely.",
)

_STATION = Shot(
    "detail-1",
    Symbols(
        (
            "A train waits at a platform with a few travellers.",
            "People with luggage next to a blue train.",
            "A man sits on a bench and reads while a train stands at the platform.",
            "A clock hangs over a quiet railway platform.",
        ),
        (
            Boxed("train", (0.452, 0.213, 1.0, 0.792)),
            Boxed("person", (0.087, 0.511, 0.166, 0.803)),
            Boxed("person", (0.301, 0.466, 0.357, 0.761)),
            Boxed("person", (0.372, 0.471, 0.421, 0.748)),
            Boxed("bench", (0.048, 0.638, 0.239, 0.845)),
            Boxed("suitcase", (0.331, 0.672, 0.381, 0.777)),
            Boxed("clock", (0.262, 0.094, 0.318, 0.178)),
        ),
    ),
    "A blue train takes up the whole right half of the scene; it has stopped at a platform that runs along its side. "
    "The place is quiet. There are three people. A man sits on a bench at the far left, bent over something that he "
    "is reading. The other two stand close together, nearer to the train, with a suitcase on the ground between "
    "them, as if they were about to get in or were taking leave.\n\nHigh above the platform, between the bench and "
    "the waiting pair, hangs a round clock. The wide empty stretch of paving in the foreground adds to the feeling "
    "that it is early or late in the day.",
)

_MEADOW = Shot(
    "detail-2",
    Symbols(
        (
            "Two horses graze behind a wooden fence.",
            "A dog lies in the grass in front of a meadow with horses.",
            "A brown horse and a white horse in a green field.",
            "Horses on a pasture with hills in the distance.",
        ),
        (
            Boxed("horse", (0.172, 0.337, 0.428, 0.641)),
            Boxed("horse", (0.561, 0.318, 0.817, 0.627)),
            Boxed("dog", (0.405, 0.781, 0.577, 0.938)),
        ),
    ),
    "The picture shows a green pasture with soft hills far behind it. Two horses are grazing there, a brown one and a "
    "white one, with a good stretch of grass between them, so that each has its half of the field to itself. A wooden "
    "fence runs across the view in front of them.\n\nOn the near side of the fence, in the middle of the foreground, a "
    "dog lies in the grass. It is much closer to us than the horses. Nothing seems to disturb the animals; all of them "
    "look at ease, and the light over the hills makes it seem like a mild afternoon.",
)

_CROSSING = Shot(
    "complex-0",
    Symbols(
        (
            "Two cyclists cross a street in front of a van.",
            "A van waits while people on bicycles pass.",
            "A wet street with cyclists and a blue van.",
        ),
        (
            Boxed("truck", (0.518, 0.204, 0.927, 0.722)),
            Boxed("bicycle", (0.118, 0.507, 0.279, 0.811)),
            Boxed("bicycle", (0.334, 0.498, 0.487, 0.802)),
            Boxed("person", (0.141, 0.297, 0.252, 0.733)),
            Boxed("person", (0.357, 0.288, 0.461, 0.727)),
        ),
    ),
    _blocks(
        "What should the driver keep in mind before moving on?",
        "Two people on bicycles are passing right in front of the van, so the driver first has to let both of them get "
        "clear of its front. The road is wet: that makes the way to a stop longer, and it makes narrow tyres slip more "
        "easily, so one of the riders might wobble or brake without warning. A tall vehicle also hides whoever follows "
        "behind the second rider. The sensible thing is to wait until the road ahead is free, look once more to both "
        "sides, and then set off slowly.",
    ),
)

_PICNIC = Shot(
    "complex-1",
    Symbols(
        (
            "A family eats on a blanket under a tree.",
            "Four people have a picnic while dark clouds gather.",
            "A picnic with sandwiches and an umbrella lying beside the blanket.",
        ),
        (
            Boxed("person", (0.221, 0.478, 0.337, 0.802)),
            Boxed("person", (0.352, 0.501, 0.438, 0.795)),
            Boxed("person", (0.497, 0.487, 0.588, 0.799)),
            Boxed("person", (0.611, 0.455, 0.723, 0.808)),
            Boxed("sandwich", (0.447, 0.741, 0.502, 0.782)),
            Boxed("umbrella", (0.742, 0.786, 0.951, 0.889)),
        ),
    ),
    _blocks(
        "How well is this group prepared for what the next hour may bring?",
        "The sky is getting dark, so rain is likely soon. The family seems to have thought of that, because an "
        "umbrella lies ready beside the blanket, within reach. One umbrella will hardly keep four people and their "
        "food dry, though. The tree above them gives some shelter from a light shower, but it is a poor place to be "
        "if the clouds bring thunder. So they are prepared for a few drops, not for a storm; packing the sandwiches "
        "now and being ready to walk to a building would be wise.",
    ),
)

_DESK = Shot(
    "complex-2",
    Symbols(
        (
            "A laptop and a cup stand on a crowded desk.",
            "A cat walks over a desk next to an open laptop.",
            "A home office with a full cup of coffee near the keyboard.",
        ),
        (
            Boxed("laptop", (0.302, 0.388, 0.594, 0.712)),
            Boxed("cup", (0.607, 0.571, 0.668, 0.677)),
            Boxed("cat", (0.689, 0.311, 0.941, 0.684)),
            Boxed("book", (0.081, 0.602, 0.243, 0.713)),
        ),
    ),
    _blocks(
        "What accident could happen here, and how could it be avoided?",
        "A cat is walking across the desk, and a full cup of coffee stands directly between it and an open laptop. "
        "Cats push things aside with a paw or a swing of the tail, and if this cup tips over towards the laptop, "
        "coffee will run into the keyboard, which can ruin it. To avoid that, the cup should go to the opposite end "
        "of the desk or onto another table altogether, and the laptop should be closed when nobody sits there. "
        "Lifting the cat down helps too, though it will probably come back.",
    ),
)

SHOTS: Mapping[str, tuple[Shot, ...]] = {
    "conversation": (_MARKET, _HARBOUR),
    "detail": (_KITCHEN, _STATION, _MEADOW),
    "complex": (_CROSSING, _PICNIC, _DESK),
}
