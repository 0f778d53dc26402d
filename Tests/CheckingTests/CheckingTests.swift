import CheckerTesting
import Checking
import Diagnostics
import Exploration
import SpecLanguage
import Testing
import TransitionSystem

@Test func lazyScratch() throws {
    let loaded = try LoadedSpec.load(repositoryRoot + "/Specs/benchmarks/lazy_unmap.spec")
    var c = Syntax.Composition()
    let (program, d1) = Program.compose(c, in: loaded.library)
    _ = c; c = Syntax.Composition()
    let (spec, d2) = TypeChecker.check(try #require(program))
    print(TextRenderer(sources: loaded.sources).render(d1 + d2))
    let system = try TransitionSystem(try #require(spec))
    print("bits", system.layout.bitCount, system.graphs.map { $0.locations.count })
    let r = Explorer(model: Interpreter(system)).run()
    print(r.stateCount, r.transitionCount, r.depth, r.duration, r.outcome)
}
