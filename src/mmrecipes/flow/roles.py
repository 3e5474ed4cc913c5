"""Which models a pipeline needs, and whether they are there: checked before the first paid call.

Covered: roles that steps ask and the card declares, one or several models per role, vision, prices under a budget,
keys in the environment, a probe of every endpoint. Not covered: what a recipe's own probe looks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mmrecipes.core.errors import PlanError
from mmrecipes.flow.pipeline import Pipeline, children, step_name
from mmrecipes.flow.recipe import LoadedRecipe
from mmrecipes.models.binding import Bindings, Endpoint, StandIn

if TYPE_CHECKING:
    from mmrecipes.flow.service import ModelService

SEEING = "vision-chat"


def used_roles(pipeline: Pipeline) -> dict[str, str]:
    """Every role that a step asks, with the name of the first step that does."""
    found: dict[str, str] = {}
    for item in _steps(pipeline):
        for role in getattr(item, "roles", ()):
            found.setdefault(role, step_name(item))
    return found


def _steps(pipeline: Pipeline) -> Iterator[Any]:
    for item in pipeline.steps:
        if isinstance(item, Pipeline):
            yield from _steps(item)
        else:
            yield item
            for _, inner in children(item):
                yield from _steps(inner)


def needed_bindings(
    pipeline: Pipeline, recipe: LoadedRecipe, bindings: Bindings, budget: float | None
) -> dict[str, tuple[Any, ...]]:
    """The bindings of the roles that the pipeline asks. Raises `PlanError` that names role, endpoint and remedy."""
    declared: Mapping[str, Mapping[str, Any]] = recipe.card.get("roles", {})
    needed: dict[str, tuple[Any, ...]] = {}
    missing: list[str] = []
    for role, asked_by in used_roles(pipeline).items():
        if role not in declared:
            raise PlanError(f"step {asked_by} asks role {role!r}, which the card of {recipe.slug} does not declare")
        if not bindings.get(role):
            missing.append(role)
            continue
        needed[role] = tuple(bindings[role])
        _check_role(role, declared[role], needed[role], recipe, budget)
    if missing:
        what = "; ".join(f"{role} ({declared[role].get('help', declared[role].get('kind', ''))})" for role in missing)
        raise PlanError(
            f"{recipe.slug} asks models, and none is bound to: {what}. Give --role {missing[0]}=MODEL@URL, or "
            "--models models.toml, or rehearse without a model: --models stand-in"
        )
    return needed


def _check_role(
    role: str, about: Mapping[str, Any], bound: tuple[Any, ...], recipe: LoadedRecipe, budget: float | None
) -> None:
    if len(bound) > 1 and not about.get("many"):
        raise PlanError(
            f"role {role} of {recipe.slug} takes one model; {len(bound)} are bound: {', '.join(b.name for b in bound)}"
        )
    for binding in bound:
        if isinstance(binding, StandIn):
            if getattr(recipe.module, "stand_in", None) is None:
                raise PlanError(
                    f"role {role}: {recipe.slug} brings no stand-in; bind a model with --role {role}=MODEL@URL"
                )
            from mmrecipes.models.standin import check_faults

            check_faults(binding, getattr(recipe.module, "stand_in_faults", {}), recipe.slug)
            continue
        _check_endpoint(role, about, binding, budget)


def _check_endpoint(role: str, about: Mapping[str, Any], endpoint: Endpoint, budget: float | None) -> None:
    endpoint.secret()
    if about.get("kind") == SEEING and not endpoint.vision:
        raise PlanError(
            f"role {role} sees images, but {endpoint.name} is declared with vision = false; bind another model"
        )
    if budget is not None and endpoint.price is None:
        raise PlanError(
            f"role {role}: {endpoint.name} has no price, so a budget cannot be kept; in models.toml give it "
            "price = { input = …, output = … } (per million tokens; 0 when it costs nothing)"
        )


async def probe_models(
    declared: Mapping[str, Mapping[str, Any]], bindings: Bindings, service: ModelService
) -> list[str]:
    """Ask every endpoint, once for all its roles, whether it can do its part. Raises `PlanError`; returns remarks."""
    uses: dict[str, list[tuple[str, int, Endpoint]]] = {}
    for role, bound in bindings.items():
        for member, binding in enumerate(bound):
            if isinstance(binding, Endpoint):
                uses.setdefault(binding.name, []).append((role, member, binding))
    remarks: list[str] = []
    for several in uses.values():
        seeing = [use for use in several if declared[use[0]].get("kind") == SEEING]
        role, member, endpoint = (seeing or several)[0]
        remarks += await service.probe(endpoint, role, member, bool(seeing))
    return remarks
