# SPDX-License-Identifier: MIT
"""What becomes of a value where it is stored, passed or converted, and the arithmetic (language.md, 'Types').
"""

from .errors import NotUnderstood, RunTimeError
from .types import Array, Bits, Int, Interval, ListOf, Nothing, Optional, RangeOf


class Typed:
    """An expression: its type, and `run(state, locals)` for its value."""

    __slots__ = ("type", "run", "literal")

    def __init__(self, kind, run, literal=None):
        self.type, self.run, self.literal = kind, run, literal


def checked(run, low, high):
    def check(state, frame):
        value = run(state, frame)
        if low <= value <= high:
            return value
        raise RunTimeError("out_of_range", f"{value} is not in {low} ... {high}")

    return check


def stored(typed, target):
    """`run` for the value of `typed` as one of the type `target`, checked."""
    source, run = typed.type, typed.run
    if source is target:
        return run
    if isinstance(target, Optional):
        if isinstance(source, Nothing):
            return run
        if isinstance(source, Optional):
            inner = stored(Typed(source.of, lambda state, frame: frame), target.of)
            if source.of is target.of:
                return run

            def present(state, frame):
                value = run(state, frame)
                return None if value is None else inner(state, value)

            return present
        return stored(typed, target.of)
    if isinstance(target, Int) and source.numeric:
        return run
    if isinstance(target, (Interval, Bits)):
        if not source.numeric:
            raise NotUnderstood(f"{source} is stored in {target}")
        if isinstance(source, (Interval, Bits)) and target.low <= source.low and source.high <= target.high:
            return run
        return checked(run, target.low, target.high)
    if isinstance(target, RangeOf) and isinstance(source, RangeOf):
        if isinstance(target.of, Int):
            return run
        low, high = target.of.low, target.of.high

        def ends(state, frame):
            value = run(state, frame)
            if low <= value[0] <= high and low <= value[1] <= high:
                return value
            raise RunTimeError("out_of_range", f"{value[0]} ... {value[1]} is not in {low} ... {high}")

        return ends
    if isinstance(target, ListOf) and isinstance(source, ListOf):
        inner = stored(Typed(source.of, lambda state, frame: frame), target.of)
        return lambda state, frame: tuple(inner(state, v) for v in run(state, frame))
    if isinstance(target, Int) or isinstance(source, Nothing):
        raise NotUnderstood(f"{source} is stored in {target}")
    if (
        type(source) is not type(target)
        or isinstance(target, Array)
        and type(source.element) is not type(target.element)
    ):
        raise NotUnderstood(f"{source} is stored in {target}")
    return run


def converted(typed, target):
    """`T(x)`: checked; to words: the low bits."""
    run = typed.run
    if not typed.type.numeric or not target.numeric:
        raise NotUnderstood(f"{typed.type} is converted to {target}")
    if isinstance(target, Bits):
        mask = target.high
        return lambda state, frame: run(state, frame) & mask
    if isinstance(target, Int):
        return run
    return checked(run, target.low, target.high)


def quotient(a, b):
    """Toward zero."""
    if b == 0:
        raise RunTimeError("division_by_zero")
    value = abs(a) // abs(b)
    return value if (a < 0) == (b < 0) else -value


def remainder(a, b):
    return a - b * quotient(a, b)


LARGEST_SHIFT = 1 << 12


def shifted_left(a, b):
    if b < 0:
        raise RunTimeError("negative_shift")
    if b > LARGEST_SHIFT and a != 0:
        raise NotUnderstood("a shift by a very large number")
    return a << min(b, LARGEST_SHIFT)


def shifted_right(a, b):
    # By a negative amount as by a large one.
    return a >> (min(b, LARGEST_SHIFT) if b >= 0 else LARGEST_SHIFT)


ARITHMETIC = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": quotient,
    "%": remainder,
    "<<": shifted_left,
    ">>": shifted_right,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
}
COMPARISONS = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def runs(members, bounds):
    """The maximal runs of consecutive members that have a member in `bounds`, from the lowest to the highest.
    """
    found = []
    for x in sorted(members):
        if found and found[-1][1] == x - 1:
            found[-1] = (found[-1][0], x)
        else:
            found.append((x, x))
    return [r for r in found if max(r[0], bounds[0]) <= min(r[1], bounds[1])]
