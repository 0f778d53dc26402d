# SPDX-License-Identifier: MIT
"""Expressions to functions of a state and a frame of locals (language.md, 'Expressions', 'Types').

Arithmetic on words wraps, or is exact where `exact` is set (contracts).
"""

from .errors import NotUnderstood, RunTimeError
from .methods import member
from .types import (
    BOOL,
    INT,
    NOTHING,
    Array,
    Bits,
    Bool,
    Enum,
    Int,
    ListOf,
    Nothing,
    Optional,
    RangeOf,
    Struct,
    Symmetric,
    numeric_join,
)
from .values import ARITHMETIC, COMPARISONS, Typed, converted, stored


class Frame:
    """Where locals live: each has a slot of its own."""

    def __init__(self):
        self.size = 0

    def new(self):
        self.size += 1
        return self.size - 1


class Expressions:
    """Types expressions in a scope. `reads` collects the slots of locals that are read."""

    def __init__(self, program, frame, exact=False):
        self.program, self.frame, self.exact = program, frame, exact
        self.names = {}
        self.reads = set()

    def typed(self, node, expected=None):
        return getattr(self, "type_" + node.kind.replace(" ", "_"))(node, expected)

    def value(self, node, target):
        """`run` for the value as one of the type `target`."""
        return stored(self.typed(node, target), target)

    def condition(self, node):
        found = self.typed(node, BOOL)
        if not isinstance(found.type, Bool):
            raise NotUnderstood(f"line {node.line}: a condition is {found.type}")
        return found.run

    def taking_reads(self, make):
        """What `make()` gives, and the slots that it reads."""
        outer, self.reads = self.reads, set()
        result, inner = make(), self.reads
        self.reads = outer | inner
        return result, inner

    # Leaves

    def type_number(self, node, expected):
        value = node.value
        return Typed(INT, lambda state, frame: value, value)

    def type_boolean(self, node, expected):
        value = node.value
        return Typed(BOOL, lambda state, frame: value)

    def type_none(self, node, expected):
        return Typed(NOTHING, lambda state, frame: None)

    def type_list(self, node, expected):
        of = expected.of if isinstance(expected, ListOf) else None
        items = [self.typed(item, of) for item in node.items]
        if of is None:
            of = items[0].type if items else NOTHING
        runs = [stored(item, of) for item in items]
        return Typed(ListOf(of), lambda state, frame: tuple(run(state, frame) for run in runs))

    def type_name(self, node, expected):
        name = node.name
        if name in self.names:
            slot, kind = self.names[name]
            self.reads.add(slot)
            return Typed(kind, lambda state, frame: frame[slot])
        program = self.program
        if name in program.variables:
            place, kind = program.variables[name]
            return Typed(kind, lambda state, frame: state[place])
        if program.has_constant(name):
            return program.typed_constant(name)
        if isinstance(expected, Optional):
            expected = expected.of
        if isinstance(expected, Enum) and name in expected.cases:
            return Typed(expected, lambda state, frame: name)
        for kind in program.enums_with(name):
            return Typed(kind, lambda state, frame: name)
        raise NotUnderstood(f"line {node.line}: unknown name {name}")

    # Operators

    def type_unary(self, node, expected):
        if node.operator == "!":
            run = self.condition(node.operand)
            return Typed(BOOL, lambda state, frame: not run(state, frame))
        operand = self.typed(node.operand, expected)
        run, kind = operand.run, operand.type
        if not kind.numeric:
            raise NotUnderstood(f"line {node.line}: {node.operator} of {kind}")
        if node.operator == "-":
            if isinstance(kind, Bits) and not self.exact:
                mask = kind.high
                return Typed(kind, lambda state, frame: -run(state, frame) & mask)
            return Typed(INT, lambda state, frame: -run(state, frame))
        if isinstance(kind, Bits):
            mask = kind.high
            return Typed(kind, lambda state, frame: ~run(state, frame) & mask)
        return Typed(INT, lambda state, frame: ~run(state, frame))

    def type_implies(self, node, expected):
        left, right = self.condition(node.left), self.condition(node.right)
        return Typed(BOOL, lambda state, frame: not left(state, frame) or right(state, frame))

    def sides(self, node, expected=None):
        """Both operands; a bare case takes its enum from the other side."""
        bare = node.left.kind == "name" and node.left.name not in self.names
        if bare:
            right = self.typed(node.right, expected)
            return self.typed(node.left, right.type), self.typed(node.right, expected)
        left = self.typed(node.left, expected)
        return left, self.typed(node.right, left.type)

    def type_binary(self, node, expected):
        operator = node.operator
        if operator in ("&&", "||"):
            a, b = self.condition(node.left), self.condition(node.right)
            if operator == "&&":
                return Typed(BOOL, lambda state, frame: a(state, frame) and b(state, frame))
            return Typed(BOOL, lambda state, frame: a(state, frame) or b(state, frame))
        left, right = self.sides(node)
        a, b = left.run, right.run
        if operator in COMPARISONS:
            compare = COMPARISONS[operator]
            if (
                left.type.numeric != right.type.numeric
                and not isinstance(left.type, (Optional, Nothing))
                and not isinstance(right.type, (Optional, Nothing))
            ):
                raise NotUnderstood(f"line {node.line}: {left.type} {operator} {right.type}")
            return Typed(BOOL, lambda state, frame: compare(a(state, frame), b(state, frame)))
        if not (left.type.numeric and right.type.numeric):
            raise NotUnderstood(f"line {node.line}: {left.type} {operator} {right.type}")
        shift = operator in ("<<", ">>")
        kind = left.type if shift else numeric_join(left.type, right.type)
        apply = ARITHMETIC[operator]
        if operator == "<<" and isinstance(kind, Bits) and not self.exact:
            width, mask = kind.width, kind.high

            def shift_word(state, frame):
                value, amount = a(state, frame), b(state, frame)
                return value << amount & mask if 0 <= amount < width else 0
            return Typed(kind, shift_word)
        if isinstance(kind, Bits) and not self.exact:
            mask = kind.high
            return Typed(kind, lambda state, frame: apply(a(state, frame), b(state, frame)) & mask)
        if not isinstance(kind, Bits) or operator in ("+", "-", "*", "<<"):
            kind = INT
        return Typed(kind, lambda state, frame: apply(a(state, frame), b(state, frame)))

    def type_run(self, node, expected):
        left, right = self.sides(node)
        if not (left.type.numeric and right.type.numeric):
            raise NotUnderstood(f"line {node.line}: {left.type} ... {right.type}")
        join = numeric_join(left.type, right.type)
        a, b = left.run, right.run
        return Typed(
            RangeOf(join if isinstance(join, Bits) else INT),
            lambda state, frame: (a(state, frame), b(state, frame)),
        )

    # Places

    def type_index(self, node, expected):
        base = self.typed(node.base)
        run, kind = base.run, base.type
        if isinstance(kind, ListOf):
            at = self.value(node.index, INT)

            def element(state, frame):
                items, i = run(state, frame), at(state, frame)
                if not 0 <= i < len(items):
                    raise RunTimeError("out_of_range")
                return items[i]

            return Typed(kind.of, element)
        if not isinstance(kind, Array):
            raise NotUnderstood(f"line {node.line}: {kind} has no elements")
        position = self.position(node.index, kind)
        return Typed(kind.element, lambda state, frame: run(state, frame)[position(state, frame)])

    def position(self, node, kind):
        """`run` for the place of an element in an array."""
        index = self.typed(node, kind.index)
        if isinstance(kind.index, Symmetric) != isinstance(index.type, Symmetric) or isinstance(
            index.type, Nothing
        ):
            raise NotUnderstood(f"line {node.line}: {index.type} as an index")
        run, find = index.run, kind.index.position

        def position(state, frame):
            value = run(state, frame)
            place = find(value)
            if place is None:
                raise RunTimeError("index_out_of_range", str(value))
            return place

        return position

    def type_member(self, node, expected):
        return member(self.typed(node.base), node.name, [])

    def type_method(self, node, expected):
        base = self.typed(node.base)
        inner = getattr(base.type, "of", None)
        return member(base, node.name, [self.typed(a, inner) for _, a in node.arguments])

    # Calls

    def type_call(self, node, expected):
        program, name = self.program, node.name
        if name in program.functions:
            function = program.functions[name]
            if len(function.parameter_types) != len(node.arguments):
                raise NotUnderstood(f"line {node.line}: {name} with {len(node.arguments)} arguments")
            runs = [self.value(a, t) for (_, a), t in zip(node.arguments, function.parameter_types)]
            invoke = function.invoke
            return Typed(
                function.result_type, lambda state, frame: invoke(state, [run(state, frame) for run in runs])
            )
        target = INT if name == "Int" else program.named_type(name)
        if isinstance(target, Struct):
            return self.made(node, target)
        if len(node.arguments) != 1:
            raise NotUnderstood(f"line {node.line}: a conversion takes one value")
        return Typed(target, converted(self.typed(node.arguments[0][1]), target).__call__)

    def made(self, node, target):
        """A struct from its fields."""
        given = dict(node.arguments)
        if set(given) != set(target.place):
            raise NotUnderstood(f"line {node.line}: fields of {target}")
        # In the order of the text; put into the order of the struct.
        runs = [
            (target.place[field], self.value(a, dict(target.fields)[field])) for field, a in node.arguments
        ]

        def make(state, frame):
            found = [None] * len(runs)
            for place, run in runs:
                found[place] = run(state, frame)
            return tuple(found)

        return Typed(target, make)

    # Bindings

    def bound(self, name, kind, make):
        """What `make(slot)` gives with `name` bound to a new slot; the slot is no read outside."""
        before = self.names
        slot = self.frame.new()
        self.names = {**before, name: (slot, kind)}
        result = make(slot)
        self.names = before
        self.reads.discard(slot)
        return result

    def type_conditional(self, node, expected):
        if node.binding is None:
            test = self.condition(node.condition)
            then = self.typed(node.then, expected)
        else:
            value = self.typed(node.condition)
            if not isinstance(value.type, Optional):
                raise NotUnderstood(f"line {node.line}: if let of {value.type}")
            run = value.run

            def make(slot):
                def test(state, frame):
                    frame[slot] = run(state, frame)
                    return frame[slot] is not None

                return test, self.typed(node.then, expected)

            test, then = self.bound(node.binding, value.type.of, make)
        if node.otherwise is None:
            otherwise = Typed(BOOL, lambda state, frame: True)
        else:
            otherwise = self.typed(node.otherwise, then.type if isinstance(then.type, Enum) else expected)
        kind = self.joined(then.type, otherwise.type, expected)
        a, b = stored(then, kind) if kind is not INT else then.run, (
            stored(otherwise, kind) if kind is not INT else otherwise.run
        )
        return Typed(kind, lambda state, frame: a(state, frame) if test(state, frame) else b(state, frame))

    def joined(self, a, b, expected):
        """The type of both arms."""
        if a.numeric and b.numeric:
            return numeric_join(a, b)
        if isinstance(a, RangeOf) and isinstance(b, RangeOf):
            return RangeOf(numeric_join(a.of, b.of))
        if isinstance(a, Optional) or isinstance(b, Optional):
            return a if isinstance(a, Optional) else b
        if isinstance(a, Nothing) and isinstance(b, Nothing):
            return a
        if isinstance(a, Nothing) or isinstance(b, Nothing):
            of = b if isinstance(a, Nothing) else a
            if isinstance(expected, Optional):
                return expected
            return Optional(of)
        return a

    def type_quantifier(self, node, expected):
        return Typed(BOOL, self.quantified(node.variables, node.all, node.body))

    def quantified(self, variables, every, body):
        """One variable after the other, each in the order of its type; the rest is not looked at once it is
        decided."""
        if not variables:
            return self.condition(body)
        (name, kind, items), rest = variables[0], variables[1:]
        if items is not None:
            domain = self.typed(items)
            if not isinstance(domain.type, ListOf):
                raise NotUnderstood("a quantifier over something that is no list")
            of, values = domain.type.of, domain.run
        else:
            of = self.program.type(kind)
            listed = of.values()
            values = lambda state, frame: listed

        def make(slot):
            inner = self.quantified(rest, every, body)

            def run(state, frame):
                for value in values(state, frame):
                    frame[slot] = value
                    if inner(state, frame) != every:
                        return not every
                return every

            return run

        return self.bound(name, of, make)
