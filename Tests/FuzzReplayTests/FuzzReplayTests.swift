import Foundation
import FuzzTargets
import Testing

/// What once made a parser fail, and what teaches the fuzzer its formats, run again.
@Suite struct FuzzReplayTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fuzz")

  @Test(arguments: FuzzTarget.allCases) func `corpus and fail cases pass`(target: FuzzTarget) throws {
    var cases = 0
    for name in ["Corpus", "FailCases"] {
      let folder = Self.folder.appending(path: "\(name)/\(target.rawValue)")
      for file in (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? [] {
        target.run([UInt8](try Data(contentsOf: file)))
        cases += 1
      }
    }
    #expect(cases > 0, "\(target.rawValue) has no corpus")
  }
}
