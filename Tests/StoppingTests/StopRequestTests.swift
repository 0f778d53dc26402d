// SPDX-License-Identifier: MIT

import Stopping
import Synchronization
import Testing

@Suite struct StopRequestTests {
    @Test func timeAndInterruptionEndWork() {
        #expect(StopRequest().reason == nil)
        #expect(StopRequest(deadline: .now + .seconds(60)).reason == nil)
        #expect(StopRequest(deadline: .now - .seconds(1)).reason == .time)
        let isAsked = Mutex(false)
        let request = StopRequest(deadline: .now - .seconds(1)) { isAsked.withLock { $0 } }
        #expect(request.reason == .time)
        isAsked.withLock { $0 = true }
        #expect(request.reason == .interruption)
    }

    @Test func itBelongsToAPieceOfWork() {
        #expect(StopRequest.current == nil)
        let request = StopRequest(deadline: .now)
        StopRequest.$current.withValue(request) { #expect(StopRequest.current === request) }
        #expect(StopRequest.current == nil)
    }
}
