// SPDX-License-Identifier: MIT

extension String {
    /// The path of the folder that a path is in; empty where the path is a bare name. Foundation's
    /// `deletingLastPathComponent` stops the program on names of one letter (swift-foundation of Swift 6.3.1).
    var folderOfPath: String {
        guard let slash = unicodeScalars.lastIndex(of: "/") else { return "" }
        return slash == startIndex ? "/" : String(self[..<slash])
    }
}
