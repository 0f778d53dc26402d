// SPDX-License-Identifier: MIT

import CheckerTesting
import ContentCache
import Foundation
import SpecLanguage
import Testing
import TransitionSystem

@testable import CompiledModel

/// What is loaded is the model that was asked for.
@Suite struct CompiledLibraryTests {
    private struct Compiled {
        let folder: TemporaryDirectory
        let compiler: SwiftCompiler
        let source: String
        let name: String
        let file: Data
    }

    private static func compile(_ text: String) throws -> Compiled {
        let compiler = try #require(SwiftCompiler())
        let folder = try TemporaryDirectory()
        let source = try ModelWriter.source(of: CompiledComparison.system(text))
        let cache = try #require(ModelCache(folder: folder.path + "/cache"))
        #expect(!cache.mayHold(source, compiler))
        _ = try cache.entry(of: source, compiler: compiler) { true }
        #expect(cache.mayHold(source, compiler))
        let entries = folder.path + "/cache/v2"
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: entries).first { $0.hasSuffix(".library") })
        #expect(try FileManager.default.contentsOfDirectory(atPath: entries + "/making").isEmpty)
        return Compiled(
            folder: folder, compiler: compiler, source: source, name: name,
            file: try Data(contentsOf: URL(fileURLWithPath: "\(entries)/\(name)")))
    }

    /// What is in the folder of an entry is loaded if it is what was written, and else compiled, which nobody waits for.
    private static func loads(_ file: Data, as name: String, _ compiled: Compiled) throws -> Bool {
        let folder = compiled.folder.path + "/\(UUID().uuidString)"
        let cache = try #require(ModelCache(folder: folder))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try file.write(to: URL(fileURLWithPath: "\(folder)/v2/\(name)"))
        chmod("\(folder)/v2/\(name)", 0o600)
        return (try? cache.entry(of: compiled.source, compiler: compiled.compiler) { false }) != nil
    }

    @Test func aLibraryThatWasAlteredIsNotLoaded() throws {
        let compiled = try Self.compile("state { n: Bool }\nprocess p { n = true }\n")
        let whole = compiled.file
        #expect(try Self.loads(whole, as: compiled.name, compiled))
        var numbers = SeededNumbers(seed: 5)
        for round in 0..<300 {
            var file = whole
            switch round % 3 {
            case 0: file = whole.prefix(Int.random(in: 0..<whole.count, using: &numbers))
            case 1:
                file[Int.random(in: 0..<whole.count, using: &numbers)] ^=
                    1 << UInt8.random(in: 0..<8, using: &numbers)
            default:
                let start = Int.random(in: 0..<whole.count, using: &numbers)
                let end = min(whole.count, start + Int.random(in: 1...4096, using: &numbers))
                file.replaceSubrange(start..<end, with: Data(repeating: 0xFF, count: end - start))
            }
            #expect(try !Self.loads(file, as: compiled.name, compiled), "round \(round)")
        }
    }

    /// The loader takes a library at a path that it knows for the one that it knows; and a file may be renamed. Either way the library of
    /// another model is not taken.
    @Test func aLibraryOfAnotherModelIsNotTaken() throws {
        let one = try Self.compile("state { n: Bool }\nprocess p { n = true }\n")
        let other = try Self.compile("state { n: Bool }\nprocess p { n = false }\n")
        #expect(one.name != other.name)
        #expect(try !Self.loads(other.file, as: one.name, one))
        let path = try other.folder.write(Array(other.file), as: "other.so")
        let keys = [one, other].map { compiled in
            CacheKey(
                .library, [("source", compiled.source), ("compiler", compiled.compiler.identity)])
        }
        #expect(keys.map(\.text) == [one, other].map { String($0.name.prefix(64)) })
        #expect(CompiledLibrary.entry(at: path, of: keys[0]) == nil)
        #expect(CompiledLibrary.entry(at: path, of: keys[1]) != nil)
    }
}
