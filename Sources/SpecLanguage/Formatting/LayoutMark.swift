// SPDX-License-Identifier: MIT

/// What the formatter must know of a token that its text does not say; noted by the parser on the way.
enum LayoutMark {
    /// Begins a declaration, statement, arm, field or item: stands at the depth of the braces around it.
    case member
    /// Begins a part of a declaration or statement that has a line of its own: `requires`, `ensures`,
    /// `where`, `=>`, …
    case clause
    /// The statement that an arm consists of.
    case nested
    /// `{` that ends the head of a declaration or statement.
    case blockBrace
    /// `<` or `>` around the arguments of a type.
    case angle
}
