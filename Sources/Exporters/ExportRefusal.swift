// SPDX-License-Identifier: MIT

package import Diagnostics

/// Why a spec is not exported: nothing is ever exported wrongly.
package struct ExportRefusal: Error {
    package let what: String
    package let span: Span?
    package let help: String?

    init(_ what: String, at span: Span? = nil, help: String? = nil) {
        self.what = what
        self.span = span
        self.help = help
    }
}
