# SPDX-License-Identifier: MIT
"""Text to tokens (language.md, 'A file' and the end of 'Grammar')."""

import re

from .errors import NotUnderstood

KEYWORDS = set(
    """module implements import const type enum struct fault state init fn op process as invariant reachable
    property
    interface change on replace remove check proof matrix observe use with set expect let var if else guard
    while
    decreases for in return step await lock choose any where assert forall exists implies true false none all
    requires
    ensures symmetric bits always eventually leads_to under fair""".split()
)

PATTERN = re.compile(
    r"""(?P<space>[ \t\r]+)|(?P<newline>\n)|(?P<comment>//[^\n]*)
    |(?P<number>0[xX][0-9a-fA-F_]+|[0-9][0-9_]*)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<string>"(?:[^"\\\n]|\\.)*")
    |(?P<symbol>\.\.\.|\.\.<|->|=>|==|!=|<=|>=|<<|>>|&&|\|\||[-+*/%<>=!~&|^(){}\[\],:;.?])""",
    re.VERBOSE,
)


class Token:
    """`kind` is name, keyword, number, string, symbol or end; `fresh` says that it begins a line."""

    __slots__ = ("kind", "text", "line", "fresh")

    def __init__(self, kind, text, line, fresh):
        self.kind, self.text, self.line, self.fresh = kind, text, line, fresh

    def __repr__(self):
        return f"{self.text!r} (line {self.line})"


def tokenize(text):
    tokens, line, fresh, position = [], 1, True, 0
    while position < len(text):
        match = PATTERN.match(text, position)
        if not match:
            raise NotUnderstood(f"line {line}: unexpected {text[position]!r}")
        position = match.end()
        kind, word = match.lastgroup, match.group()
        if kind == "newline":
            line, fresh = line + 1, True
        elif kind not in ("space", "comment"):
            if kind == "word":
                kind = "keyword" if word in KEYWORDS else "name"
            tokens.append(Token(kind, word, line, fresh))
            fresh = False
    tokens.append(Token("end", "end of file", line, True))
    return tokens
