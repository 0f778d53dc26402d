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

    private let path: String
    private let arguments: [String]

    /// - Parameter path: of the program; without a slash it is looked for in `PATH`.
    package init(_ path: String, _ arguments: [String]) {
        self.path = path
        self.arguments = arguments
    }

    /// Runs it in a process group of its own, with nothing to read and nowhere to print but to these files.
    ///
    /// - Parameters:
    ///   - output: file for its standard output, which must not be there; `nil`: it is not kept.
    ///   - errors: the same for its standard error.
    ///   - isWanted: asked about fifty times a second; false ends it, with all that it started.
    package func run(output: String? = nil, errors: String? = nil, isWanted: () -> Bool = { true }) -> End {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
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
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, path, &actions, &attributes, &words, environ) == 0 else {
            return .notFound
        }
        var status: Int32 = 0
        while true {
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { break }
            if ended < 0, errno != EINTR { return .killed }
            if !isWanted() { kill(-process, SIGKILL) }
            Thread.sleep(forTimeInterval: 0.02)
        }
        let signal = status & 0x7F
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed
    }
}
