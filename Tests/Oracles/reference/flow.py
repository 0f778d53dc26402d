# SPDX-License-Identifier: MIT
"""Statements to instructions (language.md, 'Statements', 'Steps: what happens at once').

A body becomes a list of instructions; operations are inlined where they are called. Where a run stops between
two steps is the place of a `Boundary`.
"""

from .errors import NotUnderstood, RunTimeError, TooLarge
from .expressions import Expressions
from .places import Place
from .steps import Steps
from .types import INT, ListOf, Nothing, Optional, RangeOf
from .values import stored

ROUNDS = 1 << 22


class Instruction:
    """`kind`: do, branch, jump, choose, fault, boundary, end.

    do: `run(state, frame, log)`; `entry` marks what only binds arguments, `leaves` what only notes a return.
    branch: where `test` is false, on to `target`. choose: `arms` of (slots, domains, where, target).
    boundary: `wait` is start, step, lock or await.
    """

    def __init__(self, kind, reads=(), writes=(), **fields):
        self.kind, self.reads, self.writes = kind, frozenset(reads), frozenset(writes)
        self.entry = self.leaves = False
        self.__dict__.update(fields)


class Flow(Steps):
    """Compiles one body: of a process, of `init`, of a function."""

    def __init__(self, program, frame, steps=False):
        self.program, self.frame = program, frame
        # Whether boundaries, choices and operations may stand here.
        self.steps = steps
        self.scope = Expressions(program, frame)
        self.code = []
        self.result = self.result_type = None
        self.exits = []
        # Slots of what releases the locks that are held here, in this operation.
        self.held = []
        self.operations = []
        # Calls of operations, an outer one before those in it.
        self.calls = []

    def declare(self, name, kind):
        slot = self.frame.new()
        self.scope.names = {**self.scope.names, name: (slot, kind)}
        return slot

    def emit(self, kind, **fields):
        instruction = Instruction(kind, **fields)
        self.code.append(instruction)
        return instruction

    def do(self, make, writes=(), entry=False):
        """An instruction from `make()`, which gives `run(state, frame, log)`; reads are noted."""
        run, reads = self.scope.taking_reads(make)
        instruction = self.emit("do", run=run, reads=reads, writes=writes)
        instruction.entry = entry
        return instruction

    @property
    def here(self):
        return len(self.code)

    def returning(self, kind):
        """`return` stores into a slot and leaves the body."""
        self.result_type = kind
        self.result = self.frame.new() if kind is not None else None
        self.exits = []

    def finish(self):
        """The end of the body: where `return` goes to."""
        for jump in self.exits:
            jump.target = self.here
        self.emit("end")

    # Statements

    def block(self, statements):
        names = self.scope.names
        for statement in statements:
            getattr(self, "compile_" + statement.kind.replace(" ", "_"))(statement)
        self.scope.names = names

    def operation(self, node):
        """The operation that a call names, if it does."""
        if node.kind == "call" and self.steps:
            return self.program.operations.get(node.name)
        return None

    def set_slot(self, slot, run, entry=False):
        def store():
            def execute(state, frame, log):
                frame[slot] = run(state, frame)

            return execute

        self.do(store, writes=[slot], entry=entry)

    def compile_let(self, node):
        kind = self.program.type(node.type) if node.type else None
        operation = self.operation(node.value)
        if operation:
            source = self.inline(node.value, operation)
            found = self.slot_value(source, self.program.type(operation.result))
            reads = {source}
        else:
            found, reads = self.scope.taking_reads(lambda: self.scope.typed(node.value, kind))
        if kind is None:
            kind = found.type
            if isinstance(kind, Nothing):
                raise NotUnderstood(f"line {node.line}: the type of none")
        run = stored(found, kind)
        slot = self.declare(node.name, kind)

        def execute(state, frame, log):
            frame[slot] = run(state, frame)

        self.emit("do", run=execute, reads=reads, writes=[slot])

    def slot_value(self, slot, kind):
        from .values import Typed

        return Typed(kind, lambda state, frame: frame[slot])

    def compile_assign(self, node):
        operation = self.operation(node.value)
        source = self.inline(node.value, operation) if operation else None

        def make():
            place = Place(self.scope, node.target)
            if operation:
                self.scope.reads.add(source)
                run = stored(self.slot_value(source, self.program.type(operation.result)), place.type)
            else:
                run = self.scope.value(node.value, place.type)
            self.place = place
            return lambda state, frame, log: place.update(state, frame, lambda old: run(state, frame))

        instruction = self.do(make)
        instruction.writes = frozenset(self.place.whole_local)
        instruction.reads = instruction.reads | self.place.partial_local

    def compile_call_statement(self, node):
        operation = self.operation(node.call)
        if operation:
            self.inline(node.call, operation)
            return
        if node.call.kind != "method":
            raise NotUnderstood(f"line {node.line}: a call that does nothing")

        def make():
            place = Place(self.scope, node.call.base)
            self.place = place
            change = place.mutation(self.scope, node.call)
            return lambda state, frame, log: place.update(state, frame, lambda old: change(old, state, frame))

        instruction = self.do(make)
        instruction.reads = instruction.reads | self.place.whole_local | self.place.partial_local

    def test(self, condition):
        """Compiles a condition; gives the branch that leaves where it fails (target still open)."""
        form, name, expression = condition
        if form == "fault":
            return self.emit("fault", name=name)
        if form == "let":
            operation = self.operation(expression)
            if operation:
                source = self.inline(expression, operation)
                kind, run, reads = (
                    self.program.type(operation.result),
                    lambda state, frame: frame[source],
                    {source},
                )
            else:
                found, reads = self.scope.taking_reads(lambda: self.scope.typed(expression))
                kind, run = found.type, found.run
            if not isinstance(kind, Optional):
                raise NotUnderstood(f"let of {kind} as a condition")
            slot = self.declare(name, kind.of)

            def bind(state, frame):
                frame[slot] = run(state, frame)
                return frame[slot] is not None

            return self.emit("branch", test=bind, reads=reads, writes=[slot])
        negated = (
            expression.kind == "unary" and expression.operator == "!" and self.operation(expression.operand)
        )
        operation = negated or self.operation(expression)
        if operation:
            source = self.inline(expression.operand if negated else expression, operation)
            wanted = not negated
            return self.emit("branch", test=lambda state, frame: frame[source] == wanted, reads={source})
        run, reads = self.scope.taking_reads(lambda: self.scope.condition(expression))
        return self.emit("branch", test=run, reads=reads)

    def compile_if(self, node):
        names = self.scope.names
        branch = self.test(node.condition)
        self.block(node.then)
        self.scope.names = names
        if node.otherwise:
            leave = self.emit("jump", target=None)
            branch.target = self.here
            self.block(node.otherwise)
            leave.target = self.here
        else:
            branch.target = self.here

    def compile_guard(self, node):
        names = self.scope.names
        branch = self.test(node.condition)
        bound, self.scope.names = self.scope.names, names
        over = self.emit("jump", target=None)
        branch.target = self.here
        self.block(node.otherwise)
        over.target = self.here
        self.scope.names = bound

    def compile_while(self, node):
        top = self.here
        branch = self.test(("test", None, node.condition))
        self.block(node.body)
        self.emit("jump", target=top)
        branch.target = self.here

    def compile_for(self, node):
        """The values are fixed when the loop begins; what is left of them is a local of its own."""
        names = self.scope.names
        rest = self.frame.new()
        domain = node.domain
        if domain.kind == "name" and self.program.has_type(domain.name):
            of = self.program.named_type(domain.name)
            listed = tuple(of.values())
            self.set_slot(rest, lambda state, frame: listed)
        else:
            found, reads = self.scope.taking_reads(lambda: self.scope.typed(domain))
            run = found.run
            if isinstance(found.type, ListOf):
                of, listing = found.type.of, run
            elif isinstance(found.type, RangeOf):
                of = found.type.of

                def listing(state, frame):
                    first, last = run(state, frame)
                    if last - first > 1 << 16:
                        raise TooLarge("a long loop")
                    return tuple(range(first, last + 1))

            else:
                raise NotUnderstood(f"line {node.line}: for over {found.type}")

            def begin(state, frame, log):
                frame[rest] = listing(state, frame)

            self.emit("do", run=begin, reads=reads, writes=[rest])
        top = self.here
        branch = self.emit("branch", test=lambda state, frame: bool(frame[rest]), reads=[rest])
        slot = self.declare(node.name, of if of is not None else INT)

        def advance(state, frame, log):
            frame[slot], frame[rest] = frame[rest][0], frame[rest][1:]

        self.emit("do", run=advance, reads=[rest], writes=[slot, rest])
        self.block(node.body)
        self.emit("jump", target=top)
        branch.target = self.here
        self.scope.names = names

    def compile_return(self, node):
        if node.value is not None:
            operation = self.operation(node.value)
            slot = self.result
            if slot is None:
                raise NotUnderstood(f"line {node.line}: a value is returned where there is none")
            if operation:
                source = self.inline(node.value, operation)
                run = stored(self.slot_value(source, self.program.type(operation.result)), self.result_type)
                self.scope.reads.add(source)
                self.emit(
                    "do", run=lambda s, f, log: f.__setitem__(slot, run(s, f)), reads={source}, writes={slot}
                )
            else:
                run, reads = self.scope.taking_reads(lambda: self.scope.value(node.value, self.result_type))
                self.emit(
                    "do", run=lambda s, f, log: f.__setitem__(slot, run(s, f)), reads=reads, writes={slot}
                )
        for release in reversed(self.held):
            release()
        self.exits.append(self.emit("jump", target=None))

    def compile_assert(self, node):
        name = node.name

        def make():
            condition = self.scope.condition(node.condition)

            def execute(state, frame, log):
                if not condition(state, frame):
                    raise RunTimeError("assertion", name or "")

            return execute

        self.do(make)


def run_alone(code, state, frame):
    """Runs instructions of a function to their end."""
    at, rounds = 0, Rounds()
    while True:
        instruction = code[at]
        match instruction.kind:
            case "do":
                instruction.run(state, frame, None)
                at += 1
            case "branch":
                at = at + 1 if instruction.test(state, frame) else instruction.target
            case "jump":
                if instruction.target <= at:
                    rounds.note((at, tuple(frame)))
                at = instruction.target
            case _:
                return


class Rounds:
    """A loop that comes back to where it was never ends: Brent's search for a cycle, in constant memory."""

    def __init__(self):
        self.count, self.next, self.kept = 0, 1, None

    def copy(self):
        found = Rounds()
        found.count, found.next, found.kept = self.count, self.next, self.kept
        return found

    def note(self, configuration):
        if configuration == self.kept:
            raise RunTimeError("endless_loop")
        self.count += 1
        if self.count == self.next:
            self.kept, self.next = configuration, 2 * self.next
        if self.count > ROUNDS:
            raise TooLarge("rounds of a loop")
