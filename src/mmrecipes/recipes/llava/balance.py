"""Concept balance (LLaVA, appendix on the CC3M subset): which captions are kept so that no concept crowds out others.

Captions are counted per noun phrase. Phrases that fewer than `least` captions have are ignored. Every other phrase
adds all captions that have it to the pool, or, when more than `most` have it, a random `most` of all of them. A
caption stays when a phrase added it. The published text visits phrases from rare to frequent; since every draw is out
of all captions of a phrase, whatever is in the pool already, the pool is a union and no order of visits changes it.

Draws are ordered by a hash of phrase and the sample's `draft.ticket`: they do not depend on the order of the samples.
Memory: DuckDB counts and sorts, and spills to disk; nothing is held here. Not covered: phrases themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mmrecipes.core.sample import Sample

if TYPE_CHECKING:
    import duckdb

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
