// SPDX-License-Identifier: MIT

import Findings
import Testing
import TransitionSystem

/// One place with one rest to do is one location; what is not read any more is forgotten.
@Suite struct SharingTests {
    /// Two ways into `hold`, both with nothing left to do behind it.
    private static func twoCallers(tail: String) -> String {
        """
        state { by: 0 ... 2 }
        op hold() {
            step
            by = 0
        }
        op map() {
            hold()
            \(tail)
        }
        op take() { hold() }
        process p { choose {
            where by == 0 => map()
            where by == 0 => take()
        } }
        """
    }

    @Test func tailCallsShareTheirLocations() throws {
        #expect(try Model(Self.twoCallers(tail: "")).explore().states.count == 2)
        #expect(try Model(Self.twoCallers(tail: "by = 0")).explore().states.count == 3)
    }

    @Test func deadLocalsDoNotSplitStates() throws {
        let text = """
            type Page = 0 ..< 4
            state { last: Page }
            op work(page: Page) {
                let other = page
                step
                step
                USE
            }
            process p { choose { any(page: Page) => work(page) } }
            """
        let forgotten = try Model(text.replacing("USE", with: "last = 0"))
        #expect(forgotten.explore().states.count == 3)
        let kept = try Model(text.replacing("USE", with: "last = other"))
        // 4 values of `last` × (round + two locations × 4 values of `other`)
        #expect(kept.explore().states.count == 4 + 4 * 2 * 4)
    }

    @Test func aVariableIsForgottenBetweenItsUses() throws {
        let model = try Model(
            """
            type Page = 0 ..< 4
            state { last: Page }
            op work(page: Page) {
                var kept = page
                step
                last = kept
                step
                kept = 0
                step
                last = kept
            }
            process p { choose { any(page: Page) => work(page) } }
            """)
        // round: last ∈ {0}; first step: last 0 × kept 4; second: last 4; third: last 4, kept always 0.
        #expect(model.explore().states.count == 1 + 4 + 4 + 4)
    }

    @Test func writingAPartKeepsTheRestAlive() throws {
        let model = try Model(
            """
            type Page = 0 ..< 2
            struct Pair { low: Page, high: Page }
            state { last: Page }
            op work(page: Page) {
                var pair = Pair(low: page, high: 0)
                step
                pair.high = 1
                step
                last = pair.low
            }
            process p { choose { any(page: Page) => work(page) } }
            """)
        #expect(model.explore().states.count == 2 + 2 * 2 * 2)
    }

    @Test func aResultThatNobodyWantsKeepsNothingAlive() throws {
        let model = try Model(
            """
            type Page = 0 ..< 4
            state { last: Page }
            op work(page: Page) -> Page {
                step
                return page
            }
            process p { choose { any(page: Page) => work(page) } }
            """)
        #expect(model.explore().states.count == 2)
    }

    @Test func localsOfDifferentLocationsShareTheirBits() throws {
        let one = try Model(
            """
            type Page = 0 ..< 200
            state { last: Page }
            op work(page: Page) { step
                last = page }
            process p { choose { any(page: Page) => work(page) } }
            """)
        let two = try Model(
            """
            type Page = 0 ..< 200
            state { last: Page }
            op work(page: Page) { step
                last = page }
            op play(page: Page) { step
                last = 0
                if page == 0 { last = 1 } }
            process p { choose {
                any(page: Page) => work(page)
                any(page: Page) => play(page)
            } }
            """)
        #expect(two.system.layout.bitCount == one.system.layout.bitCount + 1)
    }
}
