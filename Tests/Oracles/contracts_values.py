# SPDX-License-Identifier: MIT
"""Values and types of the spec language as contracts use them: every value of a small type, and the texts of
values.

A word is an int, an enum the number of its case, a struct a tuple, an absent optional None, a set a tuple
of maximal disjoint ranges (first, last) in order, a Range<T> a pair. So a set of 64-bit words is as cheap
as one of two bits."""

import itertools
import re
from dataclasses import dataclass


class Finding(Exception):
    """A run-time error of the language: division by zero, a value outside its range, a failed assertion."""


class Endless(Exception):
    """A loop that went on for more rounds than it has states."""


class CalleeBroken(Exception):
    """A call that does not meet what is required of it, or whose result is not what its contract promises."""


@dataclass(frozen=True)
class Word:
    name: str
    width: int

    def values(self):
        return range(1 << self.width)

    def show(self, value):
        return str(value)


@dataclass(frozen=True)
class Interval:
    """`type R = lo ... hi`"""

    name: str
    lo: int
    hi: int

    def values(self):
        return range(self.lo, self.hi + 1)


@dataclass(frozen=True)
class Boolean:
    name: str = "Bool"

    def values(self):
        return (False, True)


@dataclass(frozen=True)
class Enum:
    name: str
    cases: tuple

    def values(self):
        return range(len(self.cases))


@dataclass(frozen=True)
class Struct:
    name: str
    fields: tuple

    def values(self):
        return itertools.product(*(t.values() for _, t in self.fields))


@dataclass(frozen=True)
class Optional:
    of: object

    @property
    def name(self):
        return self.of.name + "?"

    def values(self):
        return itertools.chain((None,), self.of.values())


@dataclass(frozen=True)
class Set:
    of: object

    @property
    def name(self):
        return f"Set<{self.of.name}>"

    def values(self):
        members = list(self.of.values())
        for mask in range(1 << len(members)):
            yield set_of(x for i, x in enumerate(members) if mask >> i & 1)


@dataclass(frozen=True)
class Run:
    """`Range<T>`"""

    of: object

    @property
    def name(self):
        return f"Range<{self.of.name}>"

    def values(self):
        return itertools.product(self.of.values(), repeat=2)


BOOL = Boolean()


def size(t):
    """How many values a type has."""
    match t:
        case Word():
            return 1 << t.width
        case Interval():
            return t.hi - t.lo + 1
        case Boolean():
            return 2
        case Enum():
            return len(t.cases)
        case Struct():
            product = 1
            for _, field in t.fields:
                product *= size(field)
            return product
        case Optional():
            return size(t.of) + 1
        case Set():
            return 1 << size(t.of)
        case Run():
            return size(t.of) ** 2


def set_of(members):
    """The ranges of some members, and of ranges of them."""
    ranges = sorted((m, m) if isinstance(m, int) else m for m in members)
    out = []
    for first, last in ranges:
        if last < first:
            continue
        if out and first <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(last, out[-1][1]))
        else:
            out.append((first, last))
    return tuple(out)


def inserted(s, first, last):
    return set_of((*s, (first, last)))


def removed(s, first, last):
    if last < first:
        return s
    out = []
    for a, b in s:
        out.append((a, min(b, first - 1)))
        out.append((max(a, last + 1), b))
    return set_of(out)


def contains(s, x):
    return any(a <= x <= b for a, b in s)


def contains_all(s, first, last):
    return last < first or any(a <= first and last <= b for a, b in s)


def is_disjoint(s, first, last):
    return last < first or not any(a <= last and first <= b for a, b in s)


def runs(s, first, last):
    return [(a, b) for a, b in s if first <= last and a <= last and first <= b]


def highest_run(s, first, last):
    found = runs(s, first, last)
    return found[-1] if found else None


def lowest_run(s, first, last):
    found = runs(s, first, last)
    return found[0] if found else None


def overlaps(r, first, last):
    return r[0] <= r[1] and first <= last and r[0] <= last and first <= r[1]


def stored(lo, hi, value):
    """What is stored in a range, if it is one of its values."""
    if not lo <= value <= hi:
        raise Finding(f"{value} is not in {lo} ... {hi}")
    return value


def shifted_left(x, by, width):
    """In code: by the width or more gives 0."""
    return (x << by) & ((1 << width) - 1) if by < width else 0


def shifted_right(x, by):
    return x >> min(by, 200)


def quotient(a, b):
    if b == 0:
        raise Finding("division by zero")
    q = abs(a) // abs(b)
    return q if (a < 0) == (b < 0) else -q


def remainder(a, b):
    return a - b * quotient(a, b)


def asserted(condition):
    if not condition:
        raise Finding("assertion")


def with_field(struct, index, value):
    return (*struct[:index], value, *struct[index + 1 :])


RUNTIME = {
    f.__name__: f
    for f in (
        inserted,
        removed,
        contains,
        contains_all,
        is_disjoint,
        highest_run,
        lowest_run,
        overlaps,
        stored,
        shifted_left,
        shifted_right,
        quotient,
        remainder,
        asserted,
        with_field,
        set_of,
        Finding,
        Endless,
    )
}


def for_reference(t, value):
    """The value as the package `reference` has it."""
    match t:
        case Enum():
            return t.cases[value]
        case Struct():
            return tuple(for_reference(field, v) for (_, field), v in zip(t.fields, value))
        case Optional():
            return None if value is None else for_reference(t.of, value)
        case Set():
            return frozenset(x for first, last in value for x in range(first, last + 1))
    return value


class Text:
    """A value as a report writes it, read from left to right."""

    def __init__(self, text):
        self.tokens = re.findall(r"0x[0-9a-fA-F]+|-?\d+|\w+|\.\.\.|[(){}:,]", text)
        self.at = 0

    def next(self, expected=None):
        if self.at >= len(self.tokens):
            raise ValueError("the text ends too early")
        token = self.tokens[self.at]
        self.at += 1
        if expected is not None and token != expected:
            raise ValueError(f"'{token}' where '{expected}' was expected")
        return token

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def value(self, t):
        match t:
            case Word() | Interval():
                return int(self.next(), 0)
            case Boolean():
                return {"false": False, "true": True}[self.next()]
            case Enum():
                return t.cases.index(self.next())
            case Optional():
                if self.peek() == "none":
                    self.next()
                    return None
                return self.value(t.of)
            case Run():
                first = self.value(t.of)
                self.next("...")
                return (first, self.value(t.of))
            case Struct():
                return self.struct(t)
            case Set():
                return self.set(t)

    def struct(self, t):
        out = []
        self.next("(")
        for i, (name, field) in enumerate(t.fields):
            if i:
                self.next(",")
            self.next(name)
            self.next(":")
            out.append(self.value(field))
        self.next(")")
        return tuple(out)

    def set(self, t):
        out = []
        self.next("{")
        while self.peek() != "}":
            first = last = self.value(t.of)
            if self.peek() == "...":
                self.next()
                last = self.value(t.of)
            out.append((first, last))
            if self.peek() == ",":
                self.next()
        self.next("}")
        return set_of(out)


def read(t, text):
    reader = Text(text)
    value = reader.value(t)
    if reader.peek() is not None:
        raise ValueError(f"'{reader.peek()}' after a value of {t.name}")
    return value
