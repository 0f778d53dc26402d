# SPDX-License-Identifier: MIT
"""The syntax tree: nodes with a kind, a line and fields; and the cursor that all parsers share."""

from .errors import NotUnderstood
from .tokens import tokenize


class Node:
    """A node of the tree. The parsers say which fields a kind has."""

    def __init__(self, kind, line, **fields):
        self.kind = kind
        self.line = line
        self.__dict__.update(fields)

    def __repr__(self):
        fields = {k: v for k, v in self.__dict__.items() if k not in ("kind", "line")}
        return f"{self.kind}{fields}"


class Cursor:
    """A position in the tokens of a text."""

    def __init__(self, text):
        self.tokens = tokenize(text)
        self.position = 0

    @property
    def token(self):
        return self.tokens[self.position]

    def ahead(self, distance=1):
        return self.tokens[min(self.position + distance, len(self.tokens) - 1)]

    def next(self):
        token = self.token
        self.position = min(self.position + 1, len(self.tokens) - 1)
        return token

    def at(self, *texts):
        """Whether the next token is one of these symbols or words."""
        return self.token.text in texts and self.token.kind not in ("string", "end")

    def take(self, text):
        if self.at(text):
            self.next()
            return True
        return False

    def expect(self, text):
        if text == ">" and self.at(">>"):
            # `Set<Range<T>>` ends with two brackets.
            self.token.text = ">"
            return
        if not self.take(text):
            self.fail(f"'{text}' is missing")

    def name(self):
        if self.token.kind != "name":
            self.fail("a name is missing")
        return self.next().text

    def word(self):
        """A name or a keyword, where only a word can stand."""
        if self.token.kind not in ("name", "keyword"):
            self.fail("a name is missing")
        return self.next().text

    def fail(self, message):
        raise NotUnderstood(f"line {self.token.line}: {message} before {self.token!r}")
