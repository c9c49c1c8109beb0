"""How far an order has come on the course of its playbook: which steps count here, are open, or are missing."""

from collections.abc import Iterable, Mapping
from dataclasses import field

from services.workorders.orders.rules.playbook import End, Playbook, Step, When, step_of
from shared.kernel import ItemCode, value

Done = frozenset[ItemCode]


@value
class Progress:
    done: Done = frozenset()
    tries: Mapping[ItemCode, int] = field(default_factory=dict)
    """How often a step was tried in vain."""
    results: Mapping[ItemCode, ItemCode] = field(default_factory=dict)


def counts(playbook: Playbook, step: Step, progress: Progress) -> bool:
    """False when an earlier result, or a step that counts no more, has made it needless."""
    return all(_may_hold(playbook, each, progress) for each in step.when)


def _may_hold(playbook: Playbook, when: When, progress: Progress) -> bool:
    if when.step in progress.done:
        return progress.results.get(when.step) == when.result
    before = step_of(playbook, when.step)
    return before is not None and counts(playbook, before, progress)


def missing_before(playbook: Playbook, step: Step, progress: Progress) -> tuple[ItemCode, ...]:
    """What has to be done, or tried, before this step."""
    wanted = (*step.after, *(each.step for each in step.when))
    missing = [code for code in wanted if code not in progress.done and _counts(playbook, code, progress)]
    missing += [code for code in step.failed if not progress.tries.get(code)]
    if step.one_of and not any(code in progress.done for code in step.one_of):
        missing += step.one_of
    return tuple(dict.fromkeys(missing))


def _counts(playbook: Playbook, code: ItemCode, progress: Progress) -> bool:
    step = step_of(playbook, code)
    return step is not None and counts(playbook, step, progress)


def open_steps(playbook: Playbook, progress: Progress) -> tuple[Step, ...]:
    """The steps that could be done now."""
    return tuple(
        step
        for step in playbook.steps
        if step.code not in progress.done
        and counts(playbook, step, progress)
        and not missing_before(playbook, step, progress)
    )


def missing_for(playbook: Playbook, end: End, progress: Progress) -> tuple[ItemCode, ...]:
    return tuple(code for code in end.needs if code not in progress.done and _counts(playbook, code, progress))


def after_all(playbook: Playbook, code: ItemCode) -> Done:
    """The step and all that were built on it: what an approval sends back."""
    found = {code}
    for step in playbook.steps:
        if not found.isdisjoint({*step.after, *step.one_of, *(each.step for each in step.when)}):
            found.add(step.code)
    return frozenset(found)


def without(codes: Iterable[ItemCode], progress: Progress) -> Progress:
    gone = frozenset(codes)
    results = {code: result for code, result in progress.results.items() if code not in gone}
    return Progress(progress.done - gone, progress.tries, results)
