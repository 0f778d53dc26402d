# SPDX-License-Identifier: MIT
"""Every reachable state, breadth first (language.md, 'Steps: what happens at once')."""

from .errors import RunTimeError, TooLarge


class Result:
    """What an exploration found; see README.md. `graph` maps a state to its transitions where it was asked
    for."""

    def __init__(self):
        self.verdict, self.steps, self.violations = None, None, set()
        self.states = self.transitions = self.depth = 0
        self.reason = ""
        self.graph, self.initial = {}, []
        # Names of `reachable`s whose condition cannot be evaluated in some state: they are violated.
        self.unevaluable = set()

    def __repr__(self):
        return (
            f"{self.verdict} after {self.steps} {sorted(self.violations)} states {self.states} transitions "
            f"{self.transitions} depth {self.depth} {self.reason}"
        )


def broken(program, state):
    """The invariants that do not hold in a state, or cannot be evaluated."""
    found = set()
    for name, holds in program.invariants:
        try:
            if not holds(state):
                found.add(("invariant", name))
        except RunTimeError:
            found.add(("invariant", name))
    return found


def error_of(transition):
    if transition.error == "assertion":
        return ("assertion", transition.detail)
    return ("run_time_error", transition.error)


def is_deadlock(program, state, transitions):
    """No process goes on while one is inside a round; or some wait for locks in a circle."""
    _, places = state
    if not transitions and any(at != 0 for at, _ in places):
        return True
    for machine in program.machines(merged=True):
        seen, at = set(), machine
        while at is not None and at.index not in seen:
            seen.add(at.index)
            try:
                waits = at.waits_for(state)
            except RunTimeError:
                break
            if waits is None:
                break
            at = program.machines(merged=True)[waits[1]]
        else:
            return True
    return False


def explore(program, limit, keep_graph=False):
    result = Result()
    try:
        search(program, limit, keep_graph, result)
    except (TooLarge, RecursionError) as problem:
        result.verdict, result.reason = "inconclusive", str(problem)
        result.violations = set()
    return result


def search(program, limit, keep_graph, result):
    places = tuple((0, ()) for _ in program.machines(merged=True))
    level, seen = [], set()
    for values, error in program.initial_paths():
        if error is not None:
            kind = (
                ("assertion", error.detail) if error.kind == "assertion" else ("run_time_error", error.kind)
            )
            result.violations.add(kind)
        elif (values, places) not in seen:
            seen.add((values, places))
            level.append((values, places))
    result.initial = list(level)
    unreached = {name for name, _ in program.reachables}
    broken_here = set()
    for state in level:
        broken_here |= broken(program, state)
    if result.violations:
        result.verdict, result.steps = "violated", 0
        result.violations |= broken_here
        return
    depth = 0
    while level:
        result.depth = depth
        following, errors, broken_next = [], set(), set()
        for state in level:
            # Also where one is reached already: it must be possible to evaluate it in every state.
            for name, holds in program.reachables:
                try:
                    if holds(state):
                        unreached.discard(name)
                except RunTimeError:
                    result.unevaluable.add(name)
            transitions = program.successors(state, merged=True)
            result.transitions += len(transitions)
            if is_deadlock(program, state, transitions):
                broken_here.add(("deadlock", "deadlock"))
            if keep_graph:
                result.graph[state] = transitions
            for transition in transitions:
                if transition.error is not None:
                    errors.add(error_of(transition))
                elif transition.state not in seen:
                    seen.add(transition.state)
                    following.append(transition.state)
                    broken_next |= broken(program, transition.state)
            if len(seen) > limit:
                result.states = len(seen)
                raise TooLarge("states")
        result.states = len(seen)
        if broken_here:
            result.verdict, result.steps, result.violations = "violated", depth, broken_here
            return
        if errors:
            result.verdict, result.steps, result.violations = "violated", depth + 1, errors | broken_next
            return
        level, broken_here, depth = following, broken_next, depth + 1
    unreached |= result.unevaluable
    if unreached:
        result.verdict, result.violations = "violated", {("unreachable", name) for name in unreached}
    else:
        result.verdict = "holds"
