// SPDX-License-Identifier: MIT

import Exploration
import Glibc
import HandWrittenModels
import TransitionSystem

// Explores lazy_unmap as written by hand: explorer-benchmark PAGES FRAMES CPUS THREADS [MEMORY-GIB]
let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
guard numbers.count >= 4 else {
    print("usage: explorer-benchmark PAGES FRAMES CPUS THREADS [MEMORY-GIB]")
    exit(2)
}
let model = LazyUnmap(pages: numbers[0], frames: numbers[1], cpus: numbers[2])
var options = ExplorationOptions()
options.threads = numbers[3]
if numbers.count > 4 { options.memoryLimit = numbers[4] << 30 }
let result = Explorer(model: model, options: options).run { progress in
    if numbers.count > 4 {
        print(
            "depth \(progress.depth), \(progress.stateCount) states, \(Int(progress.statesPerSecond)) states/s, "
                + "frontier \(progress.frontierCount), \(progress.elapsed)")
    }
}
var usage = rusage()
getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
let bytes = usage.ru_maxrss * 1024
print(
    "\(result.outcome), \(result.stateCount) states, \(result.transitionCount) transitions, depth \(result.depth)")
print(
    "\(result.duration) wall, \(seconds(usage.ru_utime)) + \(seconds(usage.ru_stime)) s CPU, "
        + "\(bytes >> 20) MiB resident: \(Double(bytes) / Double(max(1, result.stateCount))) bytes a state, "
        + "of them \(result.bytesPerState) told")
