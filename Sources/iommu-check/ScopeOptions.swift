// SPDX-License-Identifier: MIT

import ArgumentParser
import Checking

/// What `check`, `prove` and `gate` share.
struct ScopeOptions: ParsableArguments {
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Override a constant: NAME=VALUE. May be repeated.", valueName: "NAME=VALUE"))
    var settings: [String] = []

    @Option(
        help: ArgumentHelp(
            "Reserved regions of a machine, as /sys/kernel/iommu_groups/*/reserved_regions prints them.",
            valueName: "file"))
    var platform: String?

    @Option(help: ArgumentHelp("Only this 'group N' of the platform file.", valueName: "number"))
    var group: Int?
}

/// What does not change an answer, only its time.
struct ThreadOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Threads; the result does not depend on it.", valueName: "number"))
    var threads: Int = 0

    /// As many as the machine has, unless the user says otherwise.
    func number() throws -> Int {
        guard (0...256).contains(threads) else { throw ValidationError("--threads takes 1 to 256") }
        return threads == 0 ? ExplorationLimits.availableThreads : threads
    }
}

/// Limits of an exploration.
struct LimitOptions: ParsableArguments {
    @OptionGroup var threads: ThreadOptions

    @Option(help: ArgumentHelp("Memory for states, as 512M or 8G.", valueName: "size"))
    var memory: String = "8G"

    @Option(help: ArgumentHelp("Time for each check, as 90s, 10m or 2h.", valueName: "time"))
    var timeout: String?

    @Option(
        help: ArgumentHelp(
            "What expands states: auto (interpreted, then compiled when it takes long), interpreter or compiled.",
            valueName: "name"))
    var engine: ExplorationLimits.Engine = .auto

    @Flag(
        help:
            "Explore every state, also those that differ in the names of elements of symmetric types only.")
    var noSymmetry = false

    @Flag(help: "Explore every order of steps, also of those that do not touch each other.")
    var noReduction = false

    func limits() throws -> ExplorationLimits {
        guard let bytes = Quantity.bytes(memory) else {
            throw ValidationError("--memory '\(memory)' is not a size; write for example 512M or 8G")
        }
        guard bytes >= 1 << 20 else {
            throw ValidationError("--memory '\(memory)' is less than 1M; write for example 512M or 8G")
        }
        var seconds: Double?
        if let timeout {
            guard let given = Quantity.seconds(timeout) else {
                throw ValidationError(
                    "--timeout '\(timeout)' is not a time; write for example 90s, 10m or 2h")
            }
            seconds = given
        }
        return ExplorationLimits(
            threads: try threads.number(), memoryBytesMax: bytes,
            secondsMax: seconds, engine: engine,
            reductions: Reductions(symmetry: !noSymmetry, partialOrder: !noReduction),
            interruption: SignalHandling.interruption)
    }
}

extension ExplorationLimits.Engine: ExpressibleByArgument {}
