// SPDX-License-Identifier: MIT

import Foundation
import Stopping

#if canImport(Glibc)
    import Glibc
#endif

/// A thread with a stack of a size: evaluation recurses as deep as a spec nests. Foundation's `Thread` says nothing where
/// the system cannot start one, and whoever waits for it waits for ever.
package enum StackedThread {
    /// The system has no room for another thread: `ulimit -v`, `ulimit -u`, a cgroup.
    package struct CannotStart: Error, CustomStringConvertible {
        let stackBytes: Int
        let code: Int32

        package var description: String {
            "this machine cannot start a thread with a stack of \(stackBytes >> 20) MiB: "
                + String(cString: strerror(code))
        }

        package var remedy: String { "allow more address space (ulimit -v) or more threads (ulimit -u)" }
    }

    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a detached thread. Its stack is touched lazily: it costs address space, not memory.
    package static func start(
        stackBytes: Int, _ body: @escaping @Sendable () -> Void
    ) throws(CannotStart) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, stackBytes)
        let request = StopRequest.current
        let argument = Unmanaged.passRetained(
            Body { StopRequest.$current.withValue(request, operation: body) })
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        guard code == 0 else {
            argument.release()
            throw CannotStart(stackBytes: stackBytes, code: code)
        }
    }
}
