# SPDX-License-Identifier: MIT
"""Boundaries, locks, choices and operations as instructions (language.md, 'Steps: what happens at once')."""

from .errors import NotUnderstood, RunTimeError
from .places import Place


class Call:
    """An operation inlined: its instructions are `start ..< end`, its locals `first_slot ..< last_slot`."""

    def __init__(self, name, first_slot):
        self.name, self.first_slot = name, first_slot
        self.start = self.end = self.last_slot = 0


class Steps:
    """The part of `Flow` that functions have no use for."""

    # Steps

    def boundary(self, wait, **fields):
        if not self.steps:
            raise NotUnderstood("a step in a function")
        return self.emit("boundary", wait=wait, **fields)

    def compile_step(self, node):
        self.boundary("step")

    def compile_await(self, node):
        run, reads = self.scope.taking_reads(lambda: self.scope.condition(node.condition))
        self.boundary("await", test=run, reads=reads)

    def compile_with_lock(self, node):
        place, named = self.scope.taking_reads(lambda: Place(self.scope, node.target))
        taken = self.frame.new()
        self.boundary("lock", place=place, taken=taken, reads=named, writes=[taken])

        def release():
            # The page does not say what happens if the lock that is named is another one at the end: a
            # finding here.

            def execute(state, frame, log):
                if place.resolve(state, frame) != frame[taken]:
                    raise RunTimeError("lock_not_held")
                place.put(state, frame, frame[taken], None)

            self.emit("do", run=execute, reads={taken} | named)

        self.held.append(release)
        self.block(node.body)
        self.held.pop()
        release()

    def compile_choose(self, node):
        if not self.steps:
            raise NotUnderstood("a choice in a function")
        names = self.scope.names
        choice = self.emit("choose", arms=[])
        leaves, reads = [], set()
        for arm in node.arms:
            slots, domains = [], []
            for name, kind in arm.variables:
                of = self.program.type(kind)
                slots.append(self.declare(name, of))
                domains.append(of.values())
            where, read = None, set()
            if arm.where is not None:
                where, read = self.scope.taking_reads(lambda: self.scope.condition(arm.where))
            reads |= read - set(slots)
            choice.arms.append((slots, domains, where, self.here))
            self.block(arm.body)
            leaves.append(self.emit("jump", target=None))
            self.scope.names = names
        choice.reads = frozenset(reads)
        for leave in leaves:
            leave.target = self.here

    def inline(self, node, operation):
        """The body of an operation at this place; gives the slot of its result (None without)."""
        if operation.name in self.operations:
            raise NotUnderstood(f"{operation.name} calls itself")
        if len(node.arguments) != len(operation.parameters):
            raise NotUnderstood(f"line {node.line}: arguments of {operation.name}")
        bindings = []
        for (_, argument), (name, kind) in zip(node.arguments, operation.parameters):
            of = self.program.type(kind)
            run, reads = self.scope.taking_reads(lambda: self.scope.value(argument, of))
            bindings.append((name, of, run, reads))
        call = Call(operation.name, self.frame.size)
        slots = []
        for _, _, run, reads in bindings:
            slot = self.frame.new()
            slots.append(slot)
            self.emit(
                "do",
                run=lambda s, f, log, slot=slot, run=run: f.__setitem__(slot, run(s, f)),
                reads=reads,
                writes=[slot],
            ).entry = True
        pairs = [(name, of) for name, of, _, _ in bindings]
        call.start = self.here
        self.calls.append(call)
        name = operation.name

        def enter(state, frame, log):
            log.append(("call", name, tuple(frame[slot] for slot in slots)))

        entry = self.emit("do", run=enter, reads=slots)
        entry.entry = True
        outer = (self.scope.names, self.result, self.result_type, self.exits, self.held)
        self.scope.names = {n: (slot, of) for slot, (n, of) in zip(slots, pairs)}
        self.held = []
        self.operations.append(name)
        self.returning(self.program.type(operation.result) if operation.result else None)
        if operation.body is None:
            raise NotUnderstood(f"operation {name} has no body")
        self.block(operation.body)
        for jump in self.exits:
            jump.target = self.here
        result = self.result
        self.emit(
            "do",
            run=lambda s, f, log: log.append(("return", name, None if result is None else f[result])),
            reads=() if result is None else [result],
        ).leaves = True
        call.end, call.last_slot = self.here, self.frame.size
        self.operations.pop()
        self.scope.names, self.result, self.result_type, self.exits, self.held = outer
        return result
