"""The rules of activities and their definitions."""

from __future__ import annotations

from msgspec import UNSET

from xapi.errors import InvalidStatement
from xapi.forms import good_iris, good_languages, is_iri
from xapi.model import Activity, Component, ContextActivities, Definition
from xapi.rules.faults import below, broken, each, must, under
from xapi.rules.texts import check_extensions, check_languages

_COMPONENTS = {
    "choices": ("choice", "sequencing"),
    "scale": ("likert",),
    "source": ("matching",),
    "target": ("matching",),
    "steps": ("performance",),
}
_REMEMBER = 8192
_SHORT = 300
_known: dict[str, Activity] = {}


def check_activity(activity: Activity) -> None:
    """An activity has an IRI; what is said of it has forms of its own."""
    if activity.id not in good_iris and not is_iri(activity.id):
        raise broken("$.id", "iri", "is no absolute IRI")
    if activity.definition is not UNSET:
        check_definition(activity.definition)


def check_definition(definition: Definition) -> None:
    """The hottest check, hence no calls for what a definition hardly ever has."""
    kind = definition.type
    if kind is not UNSET and kind not in good_iris and not is_iri(kind):
        raise broken("$.definition.type", "iri", "is no absolute IRI")
    if definition.name is not UNSET and not definition.name.keys() <= good_languages:
        check_languages(definition.name, "$.definition.name")
    if definition.description is not UNSET:
        check_languages(definition.description, "$.definition.description")
    if not (
        definition.more_info
        is definition.extensions
        is definition.correct_responses_pattern
        is definition.choices
        is definition.scale
        is definition.source
        is definition.target
        is definition.steps
        is UNSET
    ):
        below("definition", _check_rare_parts, definition)


def _check_rare_parts(definition: Definition) -> None:
    if definition.more_info is not UNSET and not is_iri(definition.more_info):
        raise broken("$.moreInfo", "iri", "is no absolute IRI")
    if definition.extensions is not UNSET:
        check_extensions(definition.extensions)
    kind = definition.interaction_type
    if kind is UNSET and definition.correct_responses_pattern is not UNSET:
        raise broken("$.correctResponsesPattern", "interaction-type", "needs an interactionType")
    for name, kinds in _COMPONENTS.items():
        components = getattr(definition, name)
        if components is not UNSET:
            belongs = f"belongs to {' or '.join(kinds)} only"
            must(kind in kinds, f"$.{name}", "interaction-component", belongs)
            below(name, _check_components, components)


def _check_components(components: list[Component]) -> None:
    each(components, _check_component)
    distinct = {component.id for component in components}
    must(len(distinct) == len(components), "$", "component-id", "an id is used twice")


def _check_component(component: Component) -> None:
    must(bool(component.id), "$.id", "component-id", "is empty")
    if component.description is not UNSET:
        check_languages(component.description, "$.description")


def check_related(related: ContextActivities) -> None:
    """Related activities come again and again: those that were valid are known."""
    if related.category is not UNSET:
        _check_activities("category", related.category)
    if related.grouping is not UNSET:
        _check_activities("grouping", related.grouping)
    if related.other is not UNSET:
        _check_activities("other", related.other)
    if related.parent is not UNSET:
        _check_activities("parent", related.parent)


def _check_activities(step: str, several: list[Activity] | Activity) -> None:
    if not isinstance(several, list):
        below(step, check_activity, several)
        return
    index = 0
    try:
        for activity in several:
            if _known.get(activity.id) != activity:
                check_activity(activity)
                _remember(activity)
            index += 1
    except InvalidStatement as error:
        raise under(f"{step}[{index}]", error) from None


def _remember(activity: Activity) -> None:
    """Notes a valid activity that says no more than its type: competencies, tags and courses come again."""
    definition = activity.definition
    if definition is not UNSET:
        kind = definition.type
        if kind is UNSET or len(kind) > _SHORT or definition != Definition(type=kind):
            return
    if len(activity.id) <= _SHORT:
        if len(_known) >= _REMEMBER:
            _known.clear()
        _known[activity.id] = activity
