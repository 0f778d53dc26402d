// SPDX-License-Identifier: MIT

import Findings
import Testing
import TransitionSystem

/// Labels, changes and explanations: what readers see of a run.
@Suite struct StoryTests {
    private func mapper() throws -> Model {
        try Model(
            """
            type Page = 0 ..< 2
            enum Device { disk, net }
            type Cpu = 0 ..< 2
            fault table_page
            state { table: [Device][Page]Page?, l: [Device]Lock, owned: Set<Page> }
            op map(device: Device, page: Page) -> Bool {
                with lock(l[device]) { owned.insert(page) }
                step write
                if fault table_page { return false }
                table[device][page] = page
                return true
            }
            process cpu(cpu: Cpu) as "CPU" {
                choose { any(device: Device, page: Page) where !owned.contains(page) => map(device, page) }
            }
            process walker as "IOTLB" { choose { any(page: Page) where owned.contains(page) => { owned.remove(page) } } }
            """)
    }

    @Test func lanesAreNumberedWhereThereAreSeveral() throws {
        #expect(try mapper().teller.lanes.map(\.title) == ["CPU 0", "CPU 1", "IOTLB"])
    }

    @Test func labelsSayWhatHappens() throws {
        let model = try mapper()
        let first = try model.actions()
        #expect(first.contains("map(device=net, page=1)"))
        let waiting = try model.actions(after: ["map(device=net, page=1)"])
        #expect(waiting.contains { $0.contains("lock l[net]") })
        let locked = try #require(waiting.first { $0.contains("lock l[net]") })
        let writing = try model.actions(after: ["map(device=net, page=1)", locked])
        #expect(writing.contains("map: write"))
        #expect(writing.contains { $0.contains("table_page") })
    }

    @Test func labelsAreUniqueInTheirLane() throws {
        let model = try mapper()
        for state in model.explore().states {
            let labels = model.teller.transitions(of: state).map { "\($0.lane) \($0.action)" }
            #expect(Set(labels).count == labels.count, "\(labels)")
            #expect(labels.allSatisfy { !$0.contains("\n") && !$0.isEmpty })
        }
    }

    @Test func theStoryIsWhatWasExplored() throws {
        let model = try mapper()
        let found = model.explore()
        for state in found.states {
            let told = model.teller.transitions(of: state).compactMap { transition -> [UInt64]? in
                if case .state(let target) = transition.result { target } else { nil }
            }
            #expect(told == found.successors[state])
        }
    }

    @Test func changesNameTheirPlaces() throws {
        let model = try mapper()
        var places: Set<String> = []
        for state in model.explore().states {
            for transition in model.teller.transitions(of: state) {
                for change in transition.changes {
                    places.insert(
                        "\(change.place): \(Storyteller.text(change.before)) to \(Storyteller.text(change.after))"
                    )
                }
            }
        }
        #expect(places.contains("table[net][1]: none to 1"))
        #expect(places.contains("owned: {} to {0}"))
        // The lock is taken and released within one step.
        #expect(!places.contains { $0.hasPrefix("l[") })
    }

    @Test func operationsAreNamedOutermostFirst() throws {
        let model = try Model(
            """
            state { n: Bool }
            op inner() { n = true }
            op outer() { inner() }
            process p { choose { where !n => outer() } }
            """)
        let transition = model.teller.transitions(of: try model.teller.initialStates()[0])[0]
        #expect(transition.operations == ["outer", "inner"])
    }

    @Test func anInvariantIsExplainedByItsValues() throws {
        let model = try Model(
            """
            type Page = 0 ..< 4
            state { table: [Page]Page?, limit: Page = 1 }
            process p { choose { where table[2] == none => { table[2] = 3 } } }
            invariant below: forall(page: Page) if let frame = table[page] { frame <= limit || page == 0 }
            """)
        let finding = try #require(model.explore().findings.first)
        let lines = model.teller.explainInvariant(0, in: finding.state)
        let text = lines.joined(separator: "\n")
        #expect(text.contains("page = 2"))
        #expect(text.contains("3"))
        #expect(text.contains("frame <= limit"))
        #expect(lines.allSatisfy { !$0.contains("\n") })
    }
}
