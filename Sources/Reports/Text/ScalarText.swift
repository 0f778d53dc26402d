// SPDX-License-Identifier: MIT

extension String {
    /// With some Unicode scalars replaced. Escaping works on scalars and never on characters: a mark that is followed by a
    /// combining accent, and a carriage return before a line feed, are one character each, and a reader of XML, Markdown or
    /// workflow commands still sees the mark and the line end.
    ///
    /// - Parameter replacement: `nil` leaves the scalar as it is.
    package func replacingScalars(_ replacement: (Unicode.Scalar) -> String?) -> String {
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if let text = replacement(scalar) {
                result.append(contentsOf: text.unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// Lines as every reader of bytes sees them: parted at line feeds, which the lines do not hold. `split(separator:)`
    /// over characters misses a line feed behind a carriage return.
    package var scalarLines: [String] {
        unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map {
            String(String.UnicodeScalarView($0))
        }
    }
}
