# SPDX-License-Identifier: MIT
"""Processes as machines that go from boundary to boundary (language.md, 'Steps: what happens at once').

A state is a pair: the values of the state variables, and for each process instance the place of its boundary
with the values of the locals that are still read from there.
"""

from itertools import product

from .errors import RunTimeError, TooLarge
from .flow import Flow, Rounds
from .expressions import Frame

BRANCHES = 1 << 16


class Transition:
    """One process instance from a boundary to the next; see README.md."""

    __slots__ = ("process", "events", "state", "error", "detail")

    def __init__(self, process, events, state, error=None, detail=""):
        self.process, self.events, self.state, self.error, self.detail = process, events, state, error, detail


class Body:
    """The instructions of a process declaration, and which locals are read from where on."""

    def __init__(self, program, node, merged):
        self.node, self.merged = node, merged
        self.frame = Frame()
        flow = Flow(program, self.frame, steps=True)
        self.parameters = [flow.declare(name, program.type(kind)) for name, kind in node.parameters]
        flow.returning(None)
        # A body that begins with a boundary begins its round there; else the round has one of its own.
        first = node.body[0].kind if node.body else None
        if first not in ("step", "await", "with lock"):
            flow.boundary("start")
        flow.block(node.body)
        for jump in flow.exits:
            jump.target = flow.here
        flow.emit("jump", target=0)
        self.code, self.calls = flow.code, flow.calls
        self.live = live_locals(self.code, set(self.parameters))
        self.stops = {}
        names = {}
        for at, instruction in enumerate(self.code):
            if instruction.kind == "boundary":
                self.live[at] = tuple(sorted(self.live[at], key=self.slot_name))
                self.stops[at] = names.setdefault(self.place_name(at), at)

    def place_name(self, at):
        """What a place in the code is: where an operation was called from counts only by where it returns to.

        The page does not say when two states are inside the same operation at the same place. Where places
        are `merged` they are, if they stand at the same boundary of it and go on at the same place when it
        has returned. Which operations return on the way is seen by nobody then.
        """
        if not self.merged:
            return at
        while self.code[at].kind == "jump" or self.code[at].leaves:
            at = self.code[at].target if self.code[at].kind == "jump" else at + 1
        inside = [call for call in self.calls if call.start <= at < call.end]
        if not inside:
            return at
        return (inside[-1].name, at - inside[-1].start, self.place_name(inside[-1].end))

    def slot_name(self, slot):
        inside = [call for call in self.calls if call.first_slot <= slot < call.last_slot]
        return (len(inside), slot - inside[-1].first_slot) if inside else (0, slot)


def following(code, at):
    instruction = code[at]
    match instruction.kind:
        case "jump":
            return [instruction.target]
        case "branch" | "fault":
            return [at + 1, instruction.target]
        case "choose":
            return [target for _, _, _, target in instruction.arms]
        case "end":
            return []
    return [at + 1]


def live_locals(code, fixed):
    """For each instruction the locals that are read from there on before they are written."""
    live = [frozenset()] * len(code)
    changed = True
    while changed:
        changed = False
        for at in range(len(code) - 1, -1, -1):
            instruction = code[at]
            after = frozenset()
            if instruction.kind == "choose":
                # The variables of an arm are written where it is taken.
                for slots, _, _, target in instruction.arms:
                    after |= live[target] - set(slots)
            else:
                for target in following(code, at):
                    after |= live[target]
            found = (after - instruction.writes | instruction.reads) - fixed
            if found != live[at]:
                live[at], changed = found, True
    return [tuple(sorted(slots)) for slots in live]


class Instance:
    """One process for one value of its parameters."""

    def __init__(self, index, body, arguments):
        self.index, self.body, self.arguments = index, body, arguments
        self.name, self.title = body.node.name, body.node.title

    def wake(self, kept, at):
        """The frame at a boundary."""
        local = [None] * self.body.frame.size
        for slot, value in zip(self.body.parameters, self.arguments):
            local[slot] = value
        for slot, value in zip(self.body.live[at], kept):
            local[slot] = value
        return local

    def waits_for(self, state):
        """The lock that it waits for, as (slot, path), where it stands before one that is taken; else None.
        """
        variables, places = state
        at, kept = places[self.index]
        boundary = self.body.code[at]
        if boundary.wait != "lock":
            return None
        local = self.wake(kept, at)
        path = boundary.place.resolve(variables, local)
        holder = boundary.place.get(variables, local, path)
        return None if holder is None else (path, holder)

    def transitions(self, state):
        variables, places = state
        at, kept = places[self.index]
        boundary = self.body.code[at]
        variables, local = list(variables), self.wake(kept, at)
        try:
            if boundary.wait == "await" and not boundary.test(variables, local):
                return []
            if boundary.wait == "lock":
                path = boundary.place.resolve(variables, local)
                if boundary.place.get(variables, local, path) is not None:
                    return []
                boundary.place.put(variables, local, path, self.index)
                local[boundary.taken] = path
        except RunTimeError as error:
            return [Transition(self.index, (), None, error.kind, error.detail)]
        waiting = boundary.wait in ("start", "step")
        found = []
        for end, values, frame, log, error in paths(self.body.code, at + 1, variables, local, waiting):
            if error is not None:
                found.append(Transition(self.index, tuple(log), None, error.kind, error.detail))
                continue
            here = (self.body.stops[end], tuple(frame[slot] for slot in self.body.live[end]))
            after = (tuple(values), (*places[: self.index], here, *places[self.index + 1 :]))
            found.append(Transition(self.index, tuple(log), after))
        return found


def paths(code, at, variables, local, waiting):
    """All ways from an instruction to the next boundary or end, one for each choice: (place, variables,
    frame, log, error)."""
    found, open_ends = [], [(at, variables, local, [], waiting, Rounds())]
    while open_ends:
        at, variables, local, log, waiting, rounds = open_ends.pop()
        if len(found) + len(open_ends) > BRANCHES:
            raise TooLarge("choices of a step")
        try:
            while True:
                instruction = code[at]
                kind = instruction.kind
                if kind == "do":
                    instruction.run(variables, local, log)
                    waiting = waiting and instruction.entry
                    at += 1
                elif kind == "branch":
                    waiting = False
                    at = at + 1 if instruction.test(variables, local) else instruction.target
                elif kind == "jump":
                    if instruction.target <= at and code[instruction.target].kind not in ("boundary", "end"):
                        rounds.note((at, tuple(variables), tuple(local)))
                    at = instruction.target
                elif kind == "fault":
                    open_ends.append(
                        (instruction.target, list(variables), list(local), list(log), False, rounds.copy())
                    )
                    waiting = False
                    at += 1
                elif kind == "choose":
                    chosen, failure = enabled(instruction, variables, local)
                    for target, frame in reversed(chosen):
                        open_ends.append((target, list(variables), frame, list(log), False, rounds.copy()))
                    if failure is not None:
                        raise failure
                    if not chosen and not waiting:
                        raise RunTimeError("empty_choice")
                    break
                else:
                    found.append((at, variables, local, log, None))
                    break
        except RunTimeError as error:
            found.append((at, variables, local, log, error))
    return found


def enabled(choice, variables, local):
    """The arms that can be taken, one for each value of their variables, and the error of the condition that
    cannot be evaluated, if there is one: none is tried after it."""
    found = []
    for slots, domains, where, target in choice.arms:
        for values in product(*domains):
            frame = list(local)
            for slot, value in zip(slots, values):
                frame[slot] = value
            try:
                if where is None or where(variables, frame):
                    found.append((target, frame))
            except RunTimeError as error:
                return found, error
            if len(found) > BRANCHES:
                raise TooLarge("choices of a step")
    return found, None
