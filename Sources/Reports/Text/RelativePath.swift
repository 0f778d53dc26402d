// SPDX-License-Identifier: MIT

/// How one file names another in a link.
enum RelativePath {
    /// - Parameters:
    ///   - target: as the user wrote it.
    ///   - file: the file that has the link, as the user wrote it; `nil`: a file here.
    static func path(to target: String, from file: String?) -> String {
        guard let file else { return target }
        let folder = Array(components(file).dropLast())
        let parts = components(target)
        let common = zip(folder, parts.dropLast()).prefix { $0 == $1 }.count
        // The name of a folder above is not known.
        guard target.hasPrefix("/") == file.hasPrefix("/"), !folder.dropFirst(common).contains("..") else {
            return target
        }
        return (Array(repeating: "..", count: folder.count - common) + parts.dropFirst(common))
            .joined(separator: "/")
    }

    private static func components(_ path: String) -> [Substring] {
        path.split(separator: "/").reduce(into: []) { result, part in
            if part == "." { return }
            if part == "..", let last = result.last, last != ".." {
                result.removeLast()
            } else {
                result.append(part)
            }
        }
    }
}
