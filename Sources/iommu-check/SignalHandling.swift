// SPDX-License-Identifier: MIT

import Checking
import Dispatch
import Foundation

/// SIGINT and SIGTERM end explorations cleanly: the report says how far they came. A second signal ends the process.
enum SignalHandling {
    /// Installs the handlers when it is first asked for.
    static let interruption: Interruption = {
        let interruption = Interruption()
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if interruption.isRequested { _exit(128 + number) }
                interruption.request()
                DispatchQueue.global().asyncAfter(deadline: .now() + patience) {
                    guard !interruption.isHeard else { return }
                    FileHandle.standardError.write(
                        Data("interrupted: what was under way cannot end early; nothing is reported\n".utf8))
                    _exit(128 + number)
                }
            }
            source.resume()
            sources.append(source)
        }
        return interruption
    }()

    /// Between a signal and the end of a process in which nobody has noticed it.
    private static let patience = DispatchTimeInterval.milliseconds(1500)

    /// Kept for the life of the process. Written once, while `interruption` is made.
    nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []
}
