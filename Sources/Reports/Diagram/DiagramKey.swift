// SPDX-License-Identifier: MIT

/// The lines below the steps.
enum DiagramKey: String, CaseIterable {
    case breaks = "Breaks"
    case at = "At"
    case because = "Because"
    case loop = "Loop"
    case platform = "Platform"
    case group = "Group"
    case set = "Set"
    case spec = "Spec"
    case check = "Check"
    case steps = "Steps"
}
