# SPDX-License-Identifier: MIT
"""What can go wrong: at run time (a finding), or before (a spec that this implementation does not take)."""


class RunTimeError(Exception):
    """A finding, by its kind: out_of_range, index_out_of_range, division_by_zero, queue_full, queue_empty,
    empty_choice, endless_loop, lock_not_held, negative_shift, missing_return, assertion."""

    def __init__(self, kind, detail=""):
        super().__init__(f"{kind} {detail}".strip())
        self.kind = kind
        self.detail = detail


class NotUnderstood(Exception):
    """The text is no spec, or uses something that this implementation leaves out."""


class TooLarge(Exception):
    """The search was given up: more states, rounds or branches than allowed."""
