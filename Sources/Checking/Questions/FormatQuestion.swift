import Diagnostics
import Foundation
import SpecLanguage

/// `iommu-check format`
package struct FormatQuestion: Sendable {
    let paths: [String]
    let isCheck: Bool

    package init(paths: [String], isCheck: Bool) {
        self.paths = paths
        self.isCheck = isCheck
    }

    /// Formats every file, or with `isCheck` says which would change.
    ///
    /// - Throws: `BadInput` with all files that cannot be read or parsed; good files are formatted all the
    ///   same.
    package func answer() throws -> Answer {
        var text = ""
        var changed = 0
        var sources = SourceMap()
        var diagnostics: [Diagnostic] = []
        for path in try SpecFiles.below(paths) {
            let bytes: [UInt8]
            do {
                bytes = try InputFile.read(path, bytesMax: InputFile.specBytesMax)
            } catch {
                diagnostics.append(Diagnostic("cannot-read", "cannot read '\(path)': \(error)", at: nil))
                continue
            }
            let file = SourceFile(path: path, bytes: bytes)
            let (formatted, found) = SpecFormatter.format(file, id: sources.add(file))
            diagnostics += found
            guard let formatted, Array(formatted.utf8) != bytes else { continue }
            changed += 1
            text += isCheck ? "\(path): not formatted\n" : "\(path): formatted\n"
            if !isCheck { try OutputFile.write(formatted, to: path) }
        }
        if diagnostics.contains(where: { $0.severity == .error }) {
            throw BadInput(diagnostics, sources: sources)
        }
        return Answer(text: text, exitCode: isCheck && changed > 0 ? .unexpected : .expected)
    }
}

/// Spec files named on a command line.
enum SpecFiles {
    static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    /// Files as given; for directories, all `.spec` files below, sorted.
    static func below(_ paths: [String]) throws(BadInput) -> [String] {
        var files: [String] = []
        for path in paths {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw BadInput(
                    Diagnostic("cannot-read", "cannot read '\(path)': no such file or directory", at: nil))
            }
            guard isDirectory.boolValue else {
                files.append(path)
                continue
            }
            let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
            let base = path.hasSuffix("/") ? String(path.dropLast()) : path
            // As git and editors name what is here.
            let folder = base == "." ? "" : base + "/"
            files += names.filter { $0.hasSuffix(".spec") }.sorted().map { folder + $0 }
        }
        return files
    }
}
