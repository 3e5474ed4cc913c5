"""Part B: captioned pictures as pairs, of which those stay that keep any concept from crowding out the others (LLaVA,
appendix on the CC3M subset).

Captions are counted per noun phrase. Phrases that fewer than `least` captions have are ignored. Every other phrase
adds all captions that have it to the pool, or, when more than `most` have it, a random `most` of all of them. A
caption stays when a phrase added it. The published text visits phrases from rare to frequent; since every draw is out
of all captions of a phrase, whatever is in the pool already, the pool is a union and no order of visits changes it.

Noun phrases come from a small rule-based reader (the paper uses a tagger): a caption is cut at words that cannot stand
inside one (prepositions, auxiliaries, pronouns, common verbs) and at marks; what is left between two cuts is a phrase:
lower case, without article and numeral. A word in -ing or -ed opens a phrase only before another word of it ("parking
lot"), else it is a verb and cuts. Draws are ordered by a hash of phrase and the sample's `draft.ticket`: they do not
depend on the order of the samples. Memory: DuckDB counts and sorts, and spills to disk; nothing is held here.
Covered: plain English captions. Not covered: verbs outside the list (they lengthen a phrase), singular and plural as
one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from mmrecipes.core.identity import seed_from
from mmrecipes.core.sample import Sample, assistant
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.formats.export import RESERVED
from mmrecipes.recipes.llava.looking import ImagePosition, known_wrong, opening_turn, picture_of
from mmrecipes.recipes.llava.mentions import FUNCTION_WORDS, NUMBERS, is_word, tokens, word_set
from mmrecipes.recipes.llava.prompts import BRIEFLY

if TYPE_CHECKING:
    import duckdb


@step(reads=("draft.wrong", "draft.captions", "draft.scene"), writes=("draft.caption",))
def one_sample_per_caption(sample: Sample) -> Sample | list[Sample] | Drop:
    """The pairs of a picture; a caption with a placeholder for a picture in it is not used."""
    if wrong := known_wrong(sample):
        return wrong
    said = [" ".join(c.split()) for c in _captions(sample)]
    usable = [c for c in dict.fromkeys(said) if c and not RESERVED.search(c)]
    if not usable:
        return Drop("no_context", "no caption that can be used")
    kept = {k: sample.draft[k] for k in ("index", "path", "wrong", "declared", "scene") if k in sample.draft}
    pairs = [sample.having(draft={**kept, "caption": caption}) for caption in usable]
    return pairs if len(pairs) > 1 else pairs[0]


def _captions(sample: Sample) -> list[str]:
    if "scene" not in sample.draft:
        return sample.draft["captions"]
    from mmrecipes.recipes.llava.invented import told_of
    from mmrecipes.world.scene import Scene

    return told_of(Scene.from_json(sample.draft["scene"]))


# --- noun phrases ---

_VERBS = word_set(
    "sits sit stands stand lies lie holds hold wears wear rides ride walks walk runs run plays play eats eat looks "
    "look shows show takes take makes make goes go comes come gets get uses use flies fly waits wait works work plays "
    "carries carry talks talk poses pose leans lean covers cover fills fill hangs hang drives drive watches watch "
    "smiles smile seen taken made left put set"
)
_LOOSE = word_set(
    "several many few couple pair group bunch various other others another more most such own same first second third"
)
_ARTICLES = word_set("a an the this that these those its his her their our your my some any each every")
_VERBAL = re.compile(r".{3,}(?:ing|ed)$")


def noun_phrases(caption: str) -> tuple[str, ...]:
    """The phrases of a caption, each once, in order."""
    runs: list[list[str]] = [[]]
    for token in tokens(caption):
        if token in _ARTICLES or token in NUMBERS or token in _LOOSE:
            runs.append(["*"])  # a new phrase begins for certain
        elif not is_word(token) or token in FUNCTION_WORDS or token in _VERBS or token.isdigit():
            runs.append([])
        else:
            runs[-1].append(token)
    found = [phrase for run in runs for phrase in _cut_at_verbs(run)]
    return tuple(dict.fromkeys(found))


def _cut_at_verbs(run: list[str]) -> list[str]:
    opened = run[:1] == ["*"]
    words = run[1:] if opened else run
    parts: list[list[str]] = [[]]
    for i, word in enumerate(words):
        first_of_opened = opened and i == 0 and len(words) > 1
        if _VERBAL.match(word) and not first_of_opened:
            parts.append([])
        else:
            parts[-1].append(word)
    return [" ".join(part) for part in parts if part]


@step(reads=("draft.caption", "meta"), writes=("draft.phrases", "draft.ticket"))
def find_phrases(sample: Sample, context: StepContext) -> Sample:
    """Noun phrases, and a random number that depends on the pair alone, not on where it stands in the file."""
    caption = sample.draft["caption"]
    ticket = f"{seed_from('llava', context.run_seed, str(sample.meta['file_name']), caption):016x}"
    return sample.drafting(phrases=list(noun_phrases(caption)), ticket=ticket)


# --- which pairs stay ---

SEPARATOR = "\n"
_SQL = """
WITH pairs AS (
    SELECT id, ticket, unnest(string_split(phrases, chr(10))) AS phrase FROM samples WHERE phrases <> ''
), counted AS (
    SELECT phrase, count(*) AS captions FROM pairs GROUP BY phrase HAVING count(*) >= {least}
), added AS (
    SELECT id, phrase, captions FROM pairs JOIN counted USING (phrase) WHERE captions <= {most}
    UNION ALL
    SELECT id, phrase, captions FROM (
        SELECT id, phrase, captions, row_number() OVER (PARTITION BY phrase ORDER BY md5(phrase || ticket), id) AS place
        FROM pairs JOIN counted USING (phrase) WHERE captions > {most}
    ) WHERE place <= {most}
), pool AS (
    SELECT id, arg_min(phrase, (captions, phrase)) AS concept, min(captions) AS frequency FROM added GROUP BY id
), known AS (
    SELECT DISTINCT id FROM pairs JOIN counted USING (phrase)
)
SELECT s.id,
    CASE WHEN p.id IS NOT NULL THEN NULL WHEN k.id IS NULL THEN 'rare_concepts' ELSE 'frequent_concepts' END AS reason,
    CASE WHEN p.id IS NULL THEN replace(s.phrases, chr(10), ', ') END AS detail,
    CASE WHEN p.id IS NOT NULL THEN json_object('concept', p.concept, 'frequency', p.frequency) END AS added
FROM samples s LEFT JOIN pool p ON s.id = p.id LEFT JOIN known k ON s.id = k.id
"""


@dataclass(frozen=True, slots=True)
class ConceptBalance:
    """Keeps a sample when one of its phrases (`draft.phrases`) has `least` captions and draws it.

    Kept samples learn the rarest phrase that drew them (`draft.concept`) and how many captions have it
    (`draft.frequency`). A drop is `rare_concepts` when no phrase is frequent enough, else `frequent_concepts`.
    """

    least: int
    most: int

    @property
    def prefix_stable(self) -> bool:
        return False

    def keys(self) -> Mapping[str, Callable[[Sample], Any]]:
        return {"phrases": lambda s: SEPARATOR.join(s.draft["phrases"]), "ticket": lambda s: str(s.draft["ticket"])}

    def decide(self, db: duckdb.DuckDBPyConnection) -> str:
        return _SQL.format(least=int(self.least), most=int(self.most))


# --- the pair as a turn ---


@dataclass(frozen=True, slots=True)
class WriteBriefly:
    """A request for a short description, and the caption as it is."""

    image_position: ImagePosition
    reads: ClassVar = ("draft.caption", "meta")
    writes: ClassVar = ("images", "messages", "language", "meta", "draft")

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        draft, rng = sample.draft, context.rng
        picture = picture_of(sample)
        if isinstance(picture, Drop):
            return picture
        question = rng.choice(BRIEFLY)
        messages = (opening_turn(picture.image, question, self.image_position, rng), assistant(draft["caption"]))
        why = {"concept": draft.get("concept"), "concept_frequency": draft.get("frequency")}
        meta = {**sample.meta, "method": "llava-pretrain", **why}
        return sample.having(images=(picture.image,), messages=messages, language="en", meta=meta, draft={})
