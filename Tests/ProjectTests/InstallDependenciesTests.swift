// SPDX-License-Identifier: MIT

import CheckerTesting
import Foundation
import Testing

/// What the first command of a newcomer does on machines that lack packages. The machine is made of scripts that say what they are
/// asked for: no package manager runs.
@Suite struct InstallDependenciesTests {
    /// A machine that lacks the build's libraries, without a terminal.
    private static func installing(
        asUser user: Int, hasSudo: Bool = false, sudoAsks: Bool = true, inCI: Bool = false
    ) throws -> String {
        let machine = try TemporaryDirectory()
        func program(_ name: String, _ script: String) throws {
            chmod(try machine.write("#!/bin/sh\n\(script)\n", as: name), 0o755)
        }
        try program("pkg-config", "exit 1")
        try program("id", "echo \(user)")
        try program("apt-get", "echo \"[apt-get $*]\"")
        for name in ["bash", "env"] { try program(name, "exec /usr/bin/\(name) \"$@\"") }
        if hasSudo {
            let refusal = sudoAsks ? "[ \"$1\" = -n ] && exit 1\n" : ""
            try program(
                "sudo",
                "\(refusal)[ \"$1\" = -n ] && shift\n[ \"$1\" = true ] || { echo \"[sudo]\"; \"$@\"; }")
        }
        let commands = try Commands()
        defer { commands.remove() }
        let script = "\(repositoryRoot)/Tools/install-dependencies"
        return try commands.run(
            "env", "PATH=\(machine.path)", "CI=\(inCI)", "/bin/sh", "-c",
            "/usr/bin/setsid -w bash \(script) build </dev/null; echo \"exit code $?\"")
    }

    private static let packages = "libz3-dev zlib1g-dev libssl-dev"
    private static let installed =
        "[apt-get install -q -y --no-install-recommends \(packages)]\nexit code 0\n"

    @Test func rootInstalls() throws {
        let text = try Self.installing(asUser: 0)
        #expect(text.contains(Self.installed) && !text.contains("[sudo]"), "\(text)")
        #expect(text.contains("missing Debian packages: \(Self.packages)\n"))
    }

    @Test func anOrdinaryUserIsToldTheCommand() throws {
        let text = try Self.installing(asUser: 1000)
        #expect(text.contains("exit code 2") && !text.contains("[apt-get"), "\(text)")
        #expect(text.contains("run as root: apt-get install -y --no-install-recommends \(Self.packages)\n"))
    }

    /// With or without CI: a password can be given to nobody.
    @Test(arguments: [false, true]) func sudoIsNotUsedWithoutATerminal(inCI: Bool) throws {
        let text = try Self.installing(asUser: 1000, hasSudo: true, inCI: inCI)
        #expect(text.contains("exit code 2") && !text.contains("[apt-get"), "\(text)")
        #expect(text.contains("run: sudo apt-get install -y --no-install-recommends \(Self.packages)\n"))
    }

    @Test func inCIsudoThatAsksNothingIsUsed() throws {
        let text = try Self.installing(asUser: 1000, hasSudo: true, sudoAsks: false, inCI: true)
        #expect(text.contains(Self.installed) && text.contains("[sudo]"), "\(text)")
        let quiet = try Self.installing(asUser: 1000, hasSudo: true, sudoAsks: false)
        #expect(quiet.contains("exit code 2") && !quiet.contains("[apt-get"), "\(quiet)")
    }
}
