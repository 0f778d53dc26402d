// SPDX-License-Identifier: MIT

/// The second reading of a spec: what the typed program means, said in few forms.
///
/// `Typed` is what an author wrote, with names and types resolved; the interpreter runs it and defines what it means.
/// `Core` is the same program for every other engine. What the language says in many ways is said in one here:
///
/// | in a spec | in the Core |
/// |---|---|
/// | optional | a record: flag, payload (the default value where the flag is false) |
/// | `first ... last` | a record: first, last |
/// | queue | a record: count, array (unused elements have the default value) |
/// | enum case, element of a symmetric type | its number, from 0 |
/// | list | gone: what is said of its elements is repeated for each |
/// | index of an array | its ordinal among the values of the index type, from 0 |
/// | `!= > >= implies overlaps is_full front` | `not equal less lessOrEqual any all` |
/// | what may fail | `checked`: a condition, and what is required by it |
/// | implicit and explicit conversions | `convert`: words take the low bits; what else must fit was checked before |
///
/// Sets stay what they are: their representation differs from engine to engine.
///
/// Made by `CoreTranslator`; invariant: `Core` knows neither engines nor files, and no form of it can be evaluated in two ways.
package enum Core {}
