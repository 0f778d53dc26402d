// SPDX-License-Identifier: MIT

package import Diagnostics

/// Namespace of the untyped tree: what the author wrote, nothing resolved. Built by `Parser`, read by
/// `TypeChecker`.
package enum Syntax {
    /// A name at a place.
    package struct Name: Hashable, Sendable {
        package let text: String
        package let span: Span

        package init(text: String, span: Span) {
            self.text = text
            self.span = span
        }
    }

    /// One file.
    package struct Module: Sendable {
        package let name: Name
        /// `module vtd implements IommuDriver`
        package let implements: [Name]
        package let imports: [Import]
        package let declarations: [Declaration]
        package let documentation: String
        package let file: SourceFileID

        package init(
            name: Name, implements: [Name], imports: [Import], declarations: [Declaration],
            documentation: String, file: SourceFileID
        ) {
            self.name = name
            self.implements = implements
            self.imports = imports
            self.declarations = declarations
            self.documentation = documentation
            self.file = file
        }
    }

    /// `import hardware/vtd`: a path below the spec root, without `.spec`. Components may be `..` as
    /// written; the
    /// loader refuses what leaves the root.
    package struct Import: Sendable {
        package let components: [String]
        package let isAbsolute: Bool
        package let span: Span

        package init(components: [String], isAbsolute: Bool, span: Span) {
            self.components = components
            self.isAbsolute = isAbsolute
            self.span = span
        }
    }

    /// `name: Type` in parameter lists, fields and quantifiers.
    package struct Binding: Sendable {
        package let name: Name
        package let type: TypeExpression

        package init(name: Name, type: TypeExpression) {
            self.name = name
            self.type = type
        }
    }
}
