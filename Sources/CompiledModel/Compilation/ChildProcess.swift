// SPDX-License-Identifier: MIT

import CSupervisor
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Another program, run to its end. Foundation's `Process` reads beyond its buffers now and then when it starts one
/// (swift-corelibs-foundation, pull request 5472): one run in some thousand crashed.
package struct ChildProcess {
    package enum End: Equatable {
        case exited(Int32)
        case killed
        /// It could not be started.
        case notFound
    }

    /// Resource limits (rlimits) of a child process and of each of its descendants. A supervisor kills all of them when
    /// the program exits, when `isWanted` is false, and when this process dies, by `kill -9` too.
    package struct Limits: Sendable {
        package var addressSpaceBytes: Int
        package var processorSeconds: Int
        /// Added to the nice value: a lower priority.
        package var niceness: Int
        /// A folder that the supervisor removes when it has killed the program.
        package var folder: String?

        package init(
            addressSpaceBytes: Int, processorSeconds: Int, niceness: Int = 0, folder: String? = nil
        ) {
            self.addressSpaceBytes = addressSpaceBytes
            self.processorSeconds = processorSeconds
            self.niceness = niceness
            self.folder = folder
        }
    }

    private let path: String
    private let arguments: [String]
    private let limits: Limits?
    private let environment: [String: String]

    /// - Parameters:
    ///   - path: of the program; without a slash it is looked for in `PATH`.
    ///   - limits: `nil`: no resource limits and no supervisor; the child outlives this process if that is killed.
    ///   - environment: variables added to this process's environment, or that replace them.
    package init(
        _ path: String, _ arguments: [String], limits: Limits? = nil, environment: [String: String] = [:]
    ) {
        self.path = path
        self.arguments = arguments
        self.limits = limits
        self.environment = environment
    }

    /// Runs it in a process group of its own, with nothing to read and nowhere to print but to these files.
    ///
    /// - Parameters:
    ///   - output: file for its standard output, which must not be there; `nil`: it is not kept.
    ///   - errors: the same for its standard error.
    ///   - isWanted: asked about fifty times a second; false ends it, with all that it started.
    package func run(output: String? = nil, errors: String? = nil, isWanted: () -> Bool = { true }) -> End {
        guard let limits else {
            return spawn(path, [path] + arguments, output, errors, pipe: nil) { process in
                if !isWanted() { kill(-process, SIGKILL) }
            }
        }
        // The other end of the supervisor's pipe: closed by the kernel when this process is gone.
        var ends: [Int32] = [-1, -1]
        guard csupervisor_pipe(&ends) == 0 else { return .notFound }
        var isOpen = true
        let words =
            [
                SUPERVISOR_NAME, "\(limits.addressSpaceBytes)", "\(limits.processorSeconds)",
                "\(limits.niceness)", limits.folder ?? "", path,
            ] + arguments
        defer {
            close(ends[0])
            if isOpen { close(ends[1]) }
        }
        let end = spawn("/proc/self/exe", words, output, errors, pipe: ends[0]) { _ in
            if isOpen, !isWanted() {
                close(ends[1])
                isOpen = false
            }
        }
        return end == .exited(127) ? .notFound : isOpen ? end : .killed
    }

    private func spawn(
        _ path: String, _ words: [String], _ output: String?, _ errors: String?, pipe: Int32?,
        each: (pid_t) -> Void
    ) -> End {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let pipe { posix_spawn_file_actions_adddup2(&actions, pipe, SUPERVISOR_PIPE) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (descriptor, file) in [(1, output), (2, errors)] as [(Int32, String?)] {
            // Nobody else's file is written to, whatever lies there.
            let flags = file == nil ? O_WRONLY : O_WRONLY | O_CREAT | O_EXCL
            posix_spawn_file_actions_addopen(&actions, descriptor, file ?? "/dev/null", flags, 0o600)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        var arguments = words.map { strdup($0) } + [nil]
        defer { for word in arguments { free(word) } }
        var settings =
            ProcessInfo.processInfo.environment.merging(environment) { $1 }
            .map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for setting in settings { free(setting) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, path, &actions, &attributes, &arguments, &settings) == 0 else {
            return .notFound
        }
        var status: Int32 = 0
        while true {
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { break }
            if ended < 0, errno != EINTR { return .killed }
            each(process)
            Thread.sleep(forTimeInterval: 0.02)
        }
        let signal = status & 0x7F
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed
    }
}
