"""What the stand-in has to say beyond the picture: a fact per thing, and why-questions by what is in view.

Everything holds for any picture of such things, so that nothing in it can be refuted. A question of `THEMES` names
nothing that is to be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FACTS: Mapping[str, tuple[str, str]] = {
    "apple": ("How do apples stay fresh for long?", "They keep for weeks in a cool, dark place, best in a single "
              "layer. Any that has gone soft should be taken out, since it makes its neighbours ripen faster."),
    "ball": ("Why does a ball bounce?", "It is pressed flat for a moment when it hits the ground, and springs back "
             "into shape. The fuller it is pumped, the less is lost, and the higher it comes back."),
    "balloon": ("What makes a balloon rise?", "Whatever fills it is lighter than the air around it: hot air or "
                "helium. When the filling cools or leaks out, it sinks again."),
    "bicycle": ("What should be checked before a ride on a bicycle?", "Brakes, tyres and lights come first. A chain "
                "that is clean and oiled runs easily and lasts several times as long."),
    "bird": ("Why do birds sing?", "Mostly to say that a place is taken and to find a mate. Many sing at dawn, when it "
             "is quiet and the sound carries far."),
    "boat": ("How does a boat stay afloat?", "It pushes water aside, and that water pushes back with the weight of "
             "what was pushed away. As long as the hull takes up enough room, even heavy material floats."),
    "book": ("How are books stored well?", "Upright, dry and out of the sun, which bleaches covers and makes paper "
             "brittle. Very large ones are better laid flat, so that their spines do not bend."),
    "bottle": ("What can be done with an empty bottle?", "Many can be returned and filled again. Glass can be melted "
               "over and over without getting worse, which saves much of the energy that new glass needs."),
    "bucket": ("What is a bucket useful for?", "It carries water, sand or tools, catches drips, and turned over it "
               "makes a seat. Carrying one in each hand is easier on the back than carrying all on one side."),
    "bus": ("Why do people go by bus?", "It carries dozens of passengers on the road space of a few private vehicles. "
            "That saves fuel and money, and nobody has to look for a place to park."),
    "butterfly": ("What does a butterfly live on?", "Most drink nectar through a long tongue that is rolled up when it "
                  "is not used. Their caterpillars eat leaves, often those of one kind of plant alone."),
    "car": ("What keeps a car safe to drive?", "Good tyres, brakes that are looked after, and clean windows matter "
            "most. On a wet road it needs about twice the distance to come to a halt."),
    "cat": ("What does a cat need to be content?", "Fresh water, food at regular times, a clean tray and a high place "
            "from which to watch. It also wants to be left alone when it turns away."),
    "chair": ("What makes a chair comfortable?", "Feet should rest flat on the floor with the knees bent at a right "
              "angle. A backrest that supports the lower back makes long sitting less tiring."),
    "clock": ("How does a clock keep time?", "Something in it swings at a steady pace, a pendulum or a tiny crystal, "
              "and a train of gears or a circuit counts the swings."),
    "cup": ("Why do most cups have a handle?", "Hot drinks heat the wall, and a handle stays cool because it touches "
            "the rest in two small spots only. It also makes drinking with one hand easy."),
    "dog": ("What does a dog need every day?", "It needs several walks, water, food and company. Short, regular "
            "exercises with praise teach it more than long ones, and they keep its mind busy."),
    "duck": ("Why do ducks not get wet?", "They spread oil from a gland near the tail over their feathers, so water "
             "runs off. Below lies dry down that keeps them warm."),
    "fish": ("How do fish breathe?", "Water flows in through the mouth and out over the gills, where thin blood "
             "vessels take up the oxygen that is dissolved in it."),
    "flower pot": ("How are plants in pots looked after?", "The earth should dry a little between one watering and the "
                   "next, and spare water needs a hole to run off. Every few years the roots need a larger pot."),
    "house": ("What keeps a house warm in winter?", "Thick walls, tight windows and above all an insulated roof, since "
              "warm air rises. Shutters that are closed at night help too."),
    "kite": ("What is needed to fly a kite?", "A steady wind, open ground without wires or trees, and a strong line. "
             "One walks backwards against the wind until it climbs by itself."),
    "lamp": ("How is a lamp placed for reading?", "Its light should come from the side and from above, so that neither "
             "the head nor the hand throws a shadow on the page. A shade keeps it from dazzling."),
    "mushroom": ("Is it safe to eat mushrooms found outside?", "Only those that an expert has named without doubt. "
                 "Some poisonous kinds look very much like good ones, and cooking does not make them harmless."),
    "person": ("How is somebody in a picture made recognisable?", "Light from the side shows the shape of a face, and "
               "clothes in a colour unlike the background set a figure off. A natural pose says the most."),
    "plane": ("Why can a plane fly?", "Its wings turn the oncoming air downwards, and the air pushes them up in "
              "return. For that it must be fast, which is why it needs a long runway."),
    "snowman": ("What keeps a snowman standing for long?", "Wet snow that is packed firmly, a broad base and a place "
                "in the shade. Wind and rain wear it down faster than mild air does."),
    "starfish": ("What is special about a starfish?", "It can grow a lost arm again, and it moves on hundreds of tiny "
                 "tube feet. Left in the sun it dries out, so it should stay in the water."),
    "table": ("How is a wooden table kept in good shape?", "Spills are wiped up at once, and hot pans stand on a mat. "
              "A little oil or wax now and then keeps the wood from drying out."),
    "teapot": ("How is tea made in a teapot?", "The pot is warmed with hot water first. Then leaves and boiling water "
               "go in, and after three to five minutes it is poured, before it turns bitter."),
    "tent": ("Where should a tent be pitched?", "On level ground a little higher than its surroundings, so that rain "
             "runs off, with the entrance away from the wind and nothing above that could fall."),
    "tree": ("How can the age of a tree be told?", "A trunk grows a ring every year, which can be counted once it is "
             "cut. For one that still stands, foresters measure the girth and know how fast its kind grows."),
    "truck": ("What should one know when driving behind a truck?", "Its driver cannot see what is close behind. If its "
              "mirrors are out of sight, so are you, and a loaded one takes long to stop."),
    "umbrella": ("How does an umbrella last long?", "It is opened to dry before it is put away, since damp cloth gets "
                 "stained and its ribs rust. In strong wind it is better closed."),
}  # fmt: skip
"""By class: a question about such things in general, and its answer."""

ANY_PICTURE = (
    ("How can one tell which of several things is nearer?", "What is nearer covers part of what is behind it, looks "
     "larger than another of its kind, and usually stands lower in the view."),
    ("How does light change the look of a place?", "Low light makes long shadows and warm colours, while light from "
     "high above makes shapes look flat. A cloudy sky softens everything."),
    ("What makes a picture look balanced?", "Weight on both sides helps: a large shape near the middle can be matched "
     "by a small one farther out. Empty room gives the eye a rest."),
    ("How does one look at a picture closely?", "First at the whole, to see what kind of place it is, then from corner "
     "to corner. Edges are worth a second look, since much goes unnoticed there."),
    ("Why do things far away look smaller?", "Their outline fills a narrower angle before the eye. At twice the "
     "distance they look half as tall."),
)  # fmt: skip


@dataclass(frozen=True)
class Theme:
    """A why-question that any of `things` gives rise to, why it is worth asking, and what follows (a clause)."""

    things: frozenset[str]
    questions: tuple[str, ...]
    reasons: tuple[str, ...]
    advice: tuple[str, ...]


def _theme(things: str, questions: tuple[str, ...], reasons: tuple[str, ...], advice: tuple[str, ...]) -> Theme:
    return Theme(frozenset(things.split(",")), questions, reasons, advice)


THEMES = (
    _theme(
        "car,bus,truck,bicycle,motorcycle,train",
        ("What should somebody who walks here keep in mind?", "Why is it worth looking twice before going on here?",
         "What could go wrong for somebody who is not paying attention here?", "What would make this place safer?"),
        ("Whatever runs on wheels needs some distance to come to a halt, and whoever steers it does not see every "
         "corner.", "Anything with wheels can start to move without warning, and somebody on foot is easily "
         "overlooked.", "The heavier a vehicle is, the longer it takes to stop, above all on wet ground."),
        ("the safe way is to wait, to look both ways and to go only when nothing moves",
         "clear sight and slow speed matter more here than being quick",
         "staying where one can be seen is the best protection"),
    ),
    _theme(
        "cat,dog,bird,duck,butterfly,fish,starfish,horse,sheep,cow",
        ("Why would it be wise to move slowly here?", "How could somebody come closer without causing a stir?",
         "What would a sudden loud noise do to the calm of this place?", "What does it take to watch this for long?"),
        ("Animals notice quick movement and noise long before they make out what it is, and they keep their "
         "distance.", "What looks calm now can be gone in a moment: an animal that is startled first gets away and "
         "looks back later.", "Animals judge by the way one moves, and coming straight at them looks like a threat.",
         "Most animals hear and smell far better than people do, and they have noticed a visitor long ago."),
        ("slow steps, a low voice and a little patience will show the most",
         "keeping some distance and staying still is the better way",
         "a quiet visitor gets to see more than a hasty one"),
    ),
    _theme(
        "cup,bottle,lamp,teapot,flower pot,clock,wine glass,bowl,vase,saucer,drink",
        ("What might get damaged here, and how could that be prevented?", "What would you move first before children "
         "come to play here?", "Why should one not run about in this place?", "What needs care when tidying up here?"),
        ("Things of glass or clay break when they fall, and whatever stands near an edge is soon knocked over.",
         "Breakable things do not forgive a careless elbow, and splinters or spilled water make more work than the "
         "loss itself.", "The taller and narrower a thing is, the less it takes to tip it over.",
         "Hands that are in a hurry, a bag on a shoulder or a wagging tail are enough to sweep things down."),
        ("it is sensible to put them well back from any edge and to leave room to walk",
         "the fragile pieces should be lifted with both hands and set down somewhere safe first",
         "a steady surface and some free space around them prevent most accidents"),
    ),
    _theme(
        "umbrella,kite,balloon,tent,boat",
        ("What would change here if a strong wind came up?", "Why might the weather matter a great deal here?",
         "What should be done here before a storm arrives?", "Is this a day on which the weather can be ignored?"),
        ("Wind takes hold of whatever is light or has a large surface, and it grows stronger away from walls and "
         "trees.", "Anything that is made to float, to fly or to be stretched depends on the air keeping quiet.",
         "A gust does not give notice, and it pulls hardest at broad and light things.",
         "Moving air pushes four times as hard when it is twice as fast."),
        ("whoever is in charge should watch the sky and tie things down in good time",
         "it is best to bring the light things in as soon as the first gusts are felt",
         "a look at the forecast comes before everything else"),
    ),
    _theme(
        "person",
        ("How could somebody new join in politely?", "What should one think of before taking a photograph here?",
         "Why might a stranger hesitate to come closer?", "What would help to start a conversation here?"),
        ("Nobody likes to be surprised or pictured without being asked, and people keep a little room around "
         "themselves.", "Where people are together, a newcomer is noticed at once, and the first moment decides how "
         "the rest goes.", "A face and the way somebody stands show whether company is welcome.",
         "Being looked at by somebody unknown makes most people uneasy."),
        ("a friendly greeting from some steps away, then a short wait, is the best beginning",
         "asking first is not only polite but mostly opens the door",
         "one should look for a smile or a nod before going on"),
    ),
    _theme(
        "snowman,tree,apple,mushroom,house",
        ("How would this place look half a year from now?", "What does the season do to a place like this?",
         "What would somebody find changed who came back much later?", "Which of this will not last, and why?"),
        ("What grows or is made of snow changes with the warmth and the light of the year, while what is built stays "
         "much the same.", "Seasons leave nothing outdoors as it is: snow melts, fruit ripens and falls, leaves come "
         "and go.", "Things in the open are at the mercy of sun, rain and frost, each at its own pace."),
        ("a later visitor would know the place by what is solid and would miss the rest",
         "a picture taken now keeps something that cannot be seen for long",
         "it would be worth coming back in another season to compare"),
    ),
)  # fmt: skip

ANYWHERE = _theme(
    "",
    ("Where would you look first to get to know this place?", "What does the arrangement here tell about its use?",
     "What would you ask somebody who was there?", "What could be added here without spoiling the view?"),
    ("The eye goes to what is largest and brightest, and only then to what lies around it.",
     "What stands in a place, and how far apart, says what it is used for.",
     "A place that is half empty leaves room for whatever comes next."),
    ("it pays to start with the largest thing and to work outwards",
     "it is best to look at all of it once more before deciding",
     "small changes at the sides would do the least harm"),
)  # fmt: skip
