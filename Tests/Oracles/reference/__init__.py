# SPDX-License-Identifier: MIT
"""An independent implementation of the spec language, written from Documentation/language.md alone.

It shares nothing with the checker: no code, no tables, no file formats. Where both say the same of a spec,
the page is what they have in common.
"""
