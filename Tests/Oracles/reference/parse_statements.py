# SPDX-License-Identifier: MIT
"""Statements (language.md, 'Statements', 'Grammar')."""

from .parse_expressions import ExpressionParser
from .syntax import Node


class StatementParser(ExpressionParser):

    def block(self):
        self.expect("{")
        found = []
        while not self.at("}"):
            if not self.take(";"):
                found.append(self.statement())
        self.expect("}")
        return found

    def statement(self):
        token, line = self.token, self.token.line
        if token.kind == "keyword" and hasattr(self, "parse_" + token.text):
            self.next()
            return getattr(self, "parse_" + token.text)(line)
        target = self.postfix(self.primary())
        if self.take("="):
            return Node("assign", line, target=target, value=self.expression())
        if target.kind not in ("call", "method"):
            if target.kind == "member":
                return Node(
                    "call statement",
                    line,
                    call=Node("method", line, base=target.base, name=target.name, arguments=[]),
                )
            self.fail("a statement is missing")
        return Node("call statement", line, call=target)

    def parse_let(self, line, variable=False):
        name, kind = self.name(), None
        if self.take(":"):
            kind = self.type()
        self.expect("=")
        return Node("let", line, name=name, type=kind, value=self.expression(), variable=variable)

    def parse_var(self, line):
        return self.parse_let(line, variable=True)

    def condition(self):
        """(`let`, name, expression), (`fault`, name, None) or (`test`, None, expression)."""
        if self.take("let"):
            name = self.name()
            self.expect("=")
            return ("let", name, self.expression())
        if self.at("fault"):
            self.next()
            return ("fault", self.name(), None)
        return ("test", None, self.expression())

    def parse_if(self, line):
        condition = self.condition()
        then, otherwise = self.block(), []
        if self.take("else"):
            otherwise = [self.statement()] if self.at("if") else self.block()
        return Node("if", line, condition=condition, then=then, otherwise=otherwise)

    def parse_guard(self, line):
        condition = self.condition()
        self.expect("else")
        return Node("guard", line, condition=condition, otherwise=self.block())

    def parse_while(self, line):
        condition, invariants, decreases = self.expression(), [], None
        while self.take("invariant"):
            invariants.append(self.expression())
        if self.take("decreases"):
            decreases = self.expression()
        return Node(
            "while", line, condition=condition, invariants=invariants, decreases=decreases, body=self.block()
        )

    def parse_for(self, line):
        name = self.name()
        self.expect("in")
        return Node("for", line, name=name, domain=self.expression(), body=self.block())

    def parse_return(self, line):
        value = None
        if not self.token.fresh and not self.at("}", ";"):
            value = self.expression()
        return Node("return", line, value=value)

    def parse_step(self, line):
        label = None
        if not self.token.fresh and self.token.kind in ("name", "keyword") and not self.at("}"):
            label = self.word()
        return Node("step", line, label=label)

    def parse_await(self, line):
        return Node("await", line, condition=self.expression())

    def parse_with(self, line):
        self.expect("lock")
        self.expect("(")
        target = self.expression()
        self.expect(")")
        return Node("with lock", line, target=target, body=self.block())

    def parse_assert(self, line):
        name = None
        if self.token.kind == "name" and self.ahead().text == ":":
            name = self.next().text
            self.next()
        return Node("assert", line, name=name, condition=self.expression())

    def parse_choose(self, line):
        self.expect("{")
        arms = []
        while not self.at("}"):
            if self.take(";"):
                continue
            here, variables, where = self.token.line, [], None
            if self.take("any"):
                self.expect("(")
                variables = self.bindings(")")
            if self.take("where"):
                where = self.expression()
            self.expect("=>")
            body = self.block() if self.at("{") else [self.statement()]
            arms.append(Node("arm", here, variables=variables, where=where, body=body))
        self.expect("}")
        return Node("choose", line, arms=arms)
