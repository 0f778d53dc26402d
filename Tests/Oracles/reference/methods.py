# SPDX-License-Identifier: MIT
"""Methods and members of sets, queues, ranges and structs (language.md, 'Sets')."""

from .errors import NotUnderstood, RunTimeError
from .types import BOOL, INT, Optional, QueueOf, RangeOf, SetOf, Struct
from .values import Typed, runs, stored


def member(base, name, arguments):
    """`base.name` or `base.name(arguments)`, as an expression. Arguments are typed expressions."""
    run, kind = base.run, base.type
    if isinstance(kind, Struct) and not arguments:
        if name not in kind.place:
            raise NotUnderstood(f"{kind} has no field {name}")
        place = kind.place[name]
        return Typed(dict(kind.fields)[name], lambda state, frame: run(state, frame)[place])
    for group, table in ((SetOf, SETS), (QueueOf, QUEUES), (RangeOf, RANGES)):
        if isinstance(kind, group) and name in table:
            return table[name](kind, run, *arguments)
    raise NotUnderstood(f"{kind} has no {name}")


def set_contains(kind, run, x):
    value = stored(x, kind.of)
    return Typed(BOOL, lambda state, frame: value(state, frame) in run(state, frame))


def set_contains_all(kind, run, bounds):
    # The numbers are exact: no set has what lies beyond the last value.
    ends = bounds.run

    def contains_all(state, frame):
        members, (first, last) = run(state, frame), ends(state, frame)
        if last - first + 1 > len(members):
            return False
        return all(x in members for x in range(first, last + 1))

    return Typed(BOOL, contains_all)


def set_is_disjoint(kind, run, bounds):
    ends = bounds.run

    def is_disjoint(state, frame):
        members, (first, last) = run(state, frame), ends(state, frame)
        return not any(first <= x <= last for x in members)

    return Typed(BOOL, is_disjoint)


def set_run(which):
    def typed(kind, run, bounds):
        ends = bounds.run

        def found(state, frame):
            every = runs(run(state, frame), ends(state, frame))
            return every[which] if every else None

        return Typed(Optional(RangeOf(kind.of)), found)

    return typed


def size(kind, run):
    return Typed(INT, lambda state, frame: len(run(state, frame)))


def is_empty(kind, run):
    return Typed(BOOL, lambda state, frame: len(run(state, frame)) == 0)


def queue_is_full(kind, run):
    return Typed(BOOL, lambda state, frame: len(run(state, frame)) == kind.length)


def queue_front(kind, run):
    def front(state, frame):
        value = run(state, frame)
        if not value:
            raise RunTimeError("queue_empty")
        return value[0]

    return Typed(kind.of, front)


def range_end(which):
    return lambda kind, run: Typed(kind.of, lambda state, frame: run(state, frame)[which])


def range_is_empty(kind, run):
    def empty(state, frame):
        first, last = run(state, frame)
        return last < first

    return Typed(BOOL, empty)


def range_contains(kind, run, x):
    value = x.run

    def contains(state, frame):
        first, last = run(state, frame)
        return first <= value(state, frame) <= last

    return Typed(BOOL, contains)


def range_overlaps(kind, run, other):
    ends = other.run

    def overlaps(state, frame):
        (a, b), (c, d) = run(state, frame), ends(state, frame)
        return max(a, c) <= min(b, d)

    return Typed(BOOL, overlaps)


SETS = {
    "contains": set_contains,
    "contains_all": set_contains_all,
    "is_disjoint": set_is_disjoint,
    "is_empty": is_empty,
    "count": size,
    "highest_run": set_run(-1),
    "lowest_run": set_run(0),
}
QUEUES = {
    "count": size,
    "is_empty": is_empty,
    "is_full": queue_is_full,
    "front": queue_front,
    "contains": set_contains,
}
RANGES = {
    "first": range_end(0),
    "last": range_end(1),
    "is_empty": range_is_empty,
    "contains": range_contains,
    "overlaps": range_overlaps,
}


def mutation(kind, name, arguments):
    """`change(value, state, frame)`: the new value of a set or queue after a statement."""
    if name == "clear" and not arguments and isinstance(kind, (SetOf, QueueOf)):
        empty = kind.default()
        return lambda value, state, frame: empty
    if isinstance(kind, SetOf) and name in ("insert", "remove") and len(arguments) == 1:
        argument = arguments[0]
        if isinstance(argument.type, RangeOf):
            # The numbers of the range are exact; only what becomes a member must be one of the type.
            ends, low, high = argument.run, kind.of.low, kind.of.high

            def several(value, state, frame):
                first, last = ends(state, frame)
                if name == "remove":
                    return frozenset(x for x in value if not first <= x <= last)
                if first <= last and not (low <= first and last <= high):
                    raise RunTimeError("out_of_range")
                return value | frozenset(range(first, last + 1))

            return several
        element = stored(argument, kind.of)
        if name == "insert":
            return lambda value, state, frame: value | {element(state, frame)}
        return lambda value, state, frame: value - {element(state, frame)}
    if isinstance(kind, QueueOf) and name == "push" and len(arguments) == 1:
        element = stored(arguments[0], kind.of)

        def push(value, state, frame):
            new = element(state, frame)
            if len(value) == kind.length:
                raise RunTimeError("queue_full")
            return (*value, new)

        return push
    if isinstance(kind, QueueOf) and name == "pop" and not arguments:

        def pop(value, state, frame):
            if not value:
                raise RunTimeError("queue_empty")
            return value[1:]

        return pop
    raise NotUnderstood(f"{kind} has no statement {name}")
