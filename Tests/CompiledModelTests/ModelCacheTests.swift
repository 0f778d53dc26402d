// SPDX-License-Identifier: MIT

import CheckerTesting
import Foundation
import Testing

@testable import CompiledModel

/// What is kept of compiled models: found again by its source and compiler, in a folder that nobody else can
/// open. The compiler of these tests is a shell script that counts how often it ran.
@Suite struct ModelCacheTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// A `swiftc` in a folder of its own: `$1` to `$N` are the compiler's words, `-o` is followed by the
    /// library.
    private func compiler(_ name: String, _ script: String) throws -> SwiftCompiler {
        let path = try folder.write(
            """
            #!/bin/sh
            echo run >> "\(folder.path)/\(name).runs"
            while [ "$1" != "-o" ]; do shift; done
            library="$2"; source="$3"
            \(script)
            """, as: "\(name)/swiftc")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return try #require(SwiftCompiler(environment: ["PATH": "/nowhere:\(folder.path)/\(name)"]))
    }

    private func runs(_ name: String) -> Int {
        let text = try? String(contentsOfFile: "\(folder.path)/\(name).runs", encoding: .utf8)
        return text?.split(separator: "\n").count ?? 0
    }

    /// Writes a library that says which model it is, as one of the Swift compiler does.
    private static let compiles = """
        key=$(sed -n 's/.*StaticString = "\\(.*\\)"/\\1/p' "$source")
        printf 'const char *iommu_check_model(void) { return "%s"; } void iommu_check_expand(void) {}\\n' $key \
            | cc -shared -fPIC -x c - -o "$library"
        """

    /// - Returns: why there is no model.
    private func failure(
        _ source: String, _ compiler: SwiftCompiler, _ cache: ModelCache, isWanted: () -> Bool = { true }
    ) -> String? {
        do throws(NotCompilable) {
            _ = try cache.entry(of: source, compiler: compiler, isWanted: isWanted)
            return nil
        } catch {
            return error.reason
        }
    }

    private func cache(_ name: String = "cache") throws -> ModelCache {
        try #require(ModelCache(folder: "\(folder.path)/\(name)"))
    }

    /// What is kept; what is being made has a folder of its own.
    private func entries(_ name: String = "cache") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/\(name)/v2").sorted()
    }

    // MARK: Entries

    @Test func aSourceIsCompiledOnce() throws {
        let cache = try cache()
        let compiler = try compiler("good", "cp \"$source\" \"\(folder.path)/given\"\n" + Self.compiles)
        #expect(!cache.mayHold("let a = 1\n", compiler))
        #expect(failure("let a = 1\n", compiler, cache) == nil)
        #expect(try String(contentsOfFile: "\(folder.path)/given", encoding: .utf8).hasPrefix("let a = 1\n"))
        #expect(cache.mayHold("let a = 1\n", compiler))
        #expect(failure("let a = 1\n", compiler, cache) == nil)
        #expect(runs("good") == 1)
        #expect(failure("let a = 2\n", compiler, cache) == nil)
        #expect(runs("good") == 2)
        #expect(try entries().filter { $0.hasSuffix(".library") }.count == 2)
        #expect(try entries().filter { !$0.hasSuffix(".library") } == ["making"])
    }

    @Test func anotherCompilerCompilesAgain() throws {
        let cache = try cache()
        let (one, other) = (try compiler("one", Self.compiles), try compiler("other", Self.compiles))
        #expect(failure("let a = 1\n", one, cache) == nil)
        #expect(failure("let a = 1\n", other, cache) == nil)
        #expect(runs("one") == 1 && runs("other") == 1)
        #expect(cache.mayHold("let a = 1\n", one) && cache.mayHold("let a = 1\n", other))
    }

    /// A library of another model, or of none, is made and not kept.
    @Test func aLibraryThatDoesNotSayWhichModelItIs() throws {
        let compiler = try compiler("mute", "echo 'int a;' | cc -shared -fPIC -x c - -o \"$library\"")
        #expect(failure("let a = 1\n", compiler, try cache()) == "the compiled model does not load")
    }

    // MARK: Compilers that fail

    @Test func aCompilerThatFails() throws {
        let cache = try cache()
        let loud = try compiler("loud", "echo 'x: warning: w' >&2; echo 'x: error: bad' >&2; exit 1")
        #expect(
            failure("let a = 1\n", loud, cache) == "\(folder.path)/loud/swiftc failed: x: error: bad")
        let silent = try compiler("silent", "echo partly > \"$library\"; exit 3")
        #expect(
            failure("let a = 1\n", silent, cache) == "\(folder.path)/silent/swiftc failed: no message")
        #expect(!cache.mayHold("let a = 1\n", loud) && !cache.mayHold("let a = 1\n", silent))
        #expect(try entries() == ["making"])
    }

    /// Who is not waited for any more is ended, with all that it started.
    @Test func aCompilerThatIsNotWanted() throws {
        let cache = try cache()
        let slow = try compiler(
            "slow", "(sleep 20; touch \"\(folder.path)/survived\") & sleep 20; cp \"$source\" \"$library\"")
        let start = ContinuousClock.now
        let result = failure("let a = 1\n", slow, cache) {
            // Not before it has begun.
            runs("slow") == 0
        }
        #expect(result == "\(folder.path)/slow/swiftc was not waited for")
        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(try entries() == ["making"])
    }

    @Test func aSourceThatIsTooLarge() throws {
        let compiler = try compiler("good", Self.compiles)
        let most = String(repeating: "a", count: 2 << 20)
        #expect(failure(most + "a", compiler, try cache()) == "it is too large to compile")
        #expect(runs("good") == 0)
        #expect(failure(most, compiler, try cache()) == nil)
    }

    @Test func noCompiler() throws {
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/folder/swiftc", withIntermediateDirectories: true)
        try folder.write("no program", as: "text/swiftc")
        #expect(SwiftCompiler(environment: [:]) == nil)
        #expect(SwiftCompiler(environment: ["PATH": ""]) == nil)
        #expect(SwiftCompiler(environment: ["PATH": "\(folder.path)/none:\(folder.path)/text"]) == nil)
    }

    // MARK: Folders

    @Test func theFolderIsPrivate() throws {
        _ = try cache("new/deep")
        let path = "\(folder.path)/new/deep"
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o700)
        // The same folder again.
        #expect(ModelCache(folder: path) != nil)
    }

    @Test(arguments: [0o701, 0o770, 0o755, 0o777])
    func aFolderThatOthersCanOpenIsRefused(mode: Int) throws {
        let path = "\(folder.path)/open"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(ModelCache(folder: path) == nil)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        #expect(ModelCache(folder: path) != nil)
    }

    @Test func aLinkOrAFileIsNoFolder() throws {
        _ = try cache("real")
        let link = "\(folder.path)/link"
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: "\(folder.path)/real")
        #expect(ModelCache(folder: link) == nil)
        #expect(ModelCache(folder: try folder.write("x", as: "file")) == nil)
        #expect(ModelCache(folder: "\(folder.path)/file/below") == nil)
    }
}
