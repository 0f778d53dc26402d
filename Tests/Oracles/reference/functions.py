# SPDX-License-Identifier: MIT
"""Functions: bodies, and contracts with exact arithmetic (language.md, 'Declarations', 'Contracts')."""

from .errors import NotUnderstood, RunTimeError
from .expressions import Expressions, Frame
from .flow import Flow, run_alone


def ends_without_result(state, frame, log):
    raise RunTimeError("missing_return")


class Function:
    """One `fn` of a program. Its body is compiled when it is first called."""

    def __init__(self, program, node):
        self.program, self.node = program, node
        self.name = node.name
        self._body = None
        self._contracts = {}

    @property
    def parameter_types(self):
        return [self.program.type(t) for _, t in self.node.parameters]

    @property
    def result_type(self):
        return self.program.type(self.node.result)

    def body(self):
        if self._body is None:
            if self.node.body is None:
                raise NotUnderstood(f"function {self.name} has no body")
            frame = Frame()
            flow = Flow(self.program, frame)
            slots = [flow.declare(name, self.program.type(t)) for name, t in self.node.parameters]
            flow.returning(self.result_type)
            flow.block(self.node.body)
            flow.emit("do", run=ends_without_result)
            flow.finish()
            self._body = (flow.code, frame, slots, flow.result)
        return self._body

    def invoke(self, state, arguments):
        """The value for arguments that are values of the parameters' types."""
        code, frame, slots, result = self.body()
        local = [None] * frame.size
        for slot, value in zip(slots, arguments):
            local[slot] = value
        run_alone(code, state, local)
        return local[result]

    def call(self, arguments, state=None):
        return self.invoke(self.program.first_state() if state is None else state, list(arguments))

    def contract(self, key, node, extra=()):
        """A condition of the contract, with exact arithmetic; `extra` are names beside the parameters, with
        types."""
        if key not in self._contracts:
            frame = Frame()
            scope = Expressions(self.program, frame, exact=True)
            for name, kind in [(n, self.program.type(t)) for n, t in self.node.parameters] + list(extra):
                scope.names[name] = (frame.new(), kind)
            self._contracts[key] = (scope.condition(node), frame)
        return self._contracts[key]

    def hold(self, key, node, arguments, extra=()):
        run, frame = self.contract(key, node, [(n, t) for n, t, _ in extra])
        local = [None] * frame.size
        for slot, value in enumerate([*arguments, *(v for _, _, v in extra)]):
            local[slot] = value
        return run(self.program.first_state(), local)

    def requires(self, arguments):
        return all(self.hold(("requires", i), node, arguments) for i, node in enumerate(self.node.requires))

    def ensures(self, arguments, result):
        kind = self.result_type
        for i, (case, name, node) in enumerate(self.node.ensures):
            extra = ()
            if case == "none" and result is not None or case == "some" and result is None:
                continue
            if case == "some":
                extra = ((name, kind.of, result),)
            elif case is None:
                extra = (("result", kind, result),)
            if not self.hold(("ensures", i), node, arguments, extra):
                return False
        return True
