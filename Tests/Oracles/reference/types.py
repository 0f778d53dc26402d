# SPDX-License-Identifier: MIT
"""The types and their values (language.md, 'Types'). How values look in Python: README.md."""

from itertools import product

from .errors import NotUnderstood


class Type:
    """`values()` lists a finite type in its order; `default()` is the initial value."""

    numeric = False
    name = None

    def values(self):
        raise NotUnderstood(f"{self} cannot be listed")

    def default(self):
        raise NotUnderstood(f"{self} has no initial value")

    def position(self, value):
        """Where the element of `value` stands in an array over this type; None if there is none."""
        raise NotUnderstood(f"{self} cannot be an index")

    def __repr__(self):
        return self.name or type(self).__name__


class Bool(Type):
    def values(self):
        return [False, True]

    def default(self):
        return False

    def position(self, value):
        return int(value)


class Int(Type):
    """Exact integers; also the type of exact results of arithmetic on ranges and of literals."""

    numeric = True


class Interval(Type):
    numeric = True

    def __init__(self, low, high, name=None):
        self.low, self.high, self.name = low, high, name

    def values(self):
        return range(self.low, self.high + 1)

    def default(self):
        if self.low > self.high:
            raise NotUnderstood(f"{self} has no values")
        return self.low

    def position(self, value):
        return value - self.low if self.low <= value <= self.high else None

    def __repr__(self):
        return self.name or f"{self.low} ... {self.high}"


class Bits(Type):
    numeric = True

    def __init__(self, width, name=None):
        if not 1 <= width <= 64:
            raise NotUnderstood(f"bits({width})")
        self.width, self.name = width, name
        self.low, self.high = 0, (1 << width) - 1

    def values(self):
        return range(1 << self.width)

    def default(self):
        return 0

    def position(self, value):
        return value if 0 <= value <= self.high else None


class Enum(Type):
    def __init__(self, name, cases):
        self.name, self.cases = name, cases

    def values(self):
        return self.cases

    def default(self):
        return self.cases[0]

    def position(self, value):
        return self.cases.index(value)


class Symmetric(Type):
    """Elements are their indices here; nothing in the language can see the order."""

    def __init__(self, count, name=None):
        self.count, self.name = count, name

    def values(self):
        return range(self.count)

    def position(self, value):
        return value


class Struct(Type):
    def __init__(self, name, fields):
        self.name, self.fields = name, fields
        self.place = {field: i for i, (field, _) in enumerate(fields)}

    def values(self):
        return [tuple(v) for v in product(*(t.values() for _, t in self.fields))]

    def default(self):
        return tuple(t.default() for _, t in self.fields)


class Array(Type):
    def __init__(self, index, element):
        self.index, self.element = index, element

    def default(self):
        return (self.element.default(),) * len(self.index.values())


class Optional(Type):
    def __init__(self, of):
        self.of = of

    def values(self):
        return [None, *self.of.values()]

    def default(self):
        return None


class SetOf(Type):
    def __init__(self, of):
        self.of = of

    def default(self):
        return frozenset()


class QueueOf(Type):
    def __init__(self, of, length):
        self.of, self.length = of, length

    def default(self):
        return ()


class RangeOf(Type):
    def __init__(self, of):
        self.of = of

    def values(self):
        return [(a, b) for a in self.of.values() for b in self.of.values()]

    def default(self):
        # Each end by its type.
        return (self.of.default(), self.of.default())


class ListOf(Type):
    def __init__(self, of):
        self.of = of


class Lock(Type):
    def default(self):
        return None


class Nothing(Type):
    """The type of `none` where no type is known, and of an operation without result."""


BOOL, INT, LOCK, NOTHING = Bool(), Int(), Lock(), Nothing()


def numeric_join(a, b):
    """The type of arithmetic, of a range's ends, of the arms of an `if` on two numbers: words stay words;
    else exact."""
    for t in (a, b):
        if isinstance(t, Bits) and t.name:
            return t
    for t in (a, b):
        if isinstance(t, Bits):
            return t
    return a if a is b else INT
