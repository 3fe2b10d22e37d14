import Foundation
import Testing

@testable import ascribe

@Suite struct MachineTests {
  /// The tightest of all groups that the process is in, of both versions of control groups.
  @Test(
    arguments: [
      ("0::/system.slice/ascribe@eth0.service\n", 4_000),
      ("0::/system.slice/other.service\n", 9_000),
      ("0::/\n", nil),
      // A container's own group is its root, and the path leads nowhere.
      ("4:cpu,memory:/docker/0123\n3:cpu:/\n0::/docker/0123\n", 7_000),
      ("4:memory:/a\n0::/system.slice/ascribe@eth0.service\n", 2_000),
      ("", nil), ("nonsense\n:\n", nil),
    ] as [(String, Int?)])
  func theTightestGroupSaysHowMuchMemoryThereIs(membership: String, limit: Int?) throws {
    let folder = try Scratch()
    let files = [
      "system.slice/memory.max": "9000\n", "system.slice/ascribe@eth0.service/memory.max": "4000\n",
      "system.slice/other.service/memory.max": "max\n", "memory/memory.limit_in_bytes": "7000\n",
      "memory/a/memory.limit_in_bytes": "2000\n",
    ]
    for (name, text) in files {
      let file = URL(filePath: folder.path(name))
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    #expect(Machine.memoryLimit(membership: membership, root: folder.path("")) == limit)
  }

  @Test func theMachineHasMemory() {
    #expect((1 << 20...Int(ProcessInfo.processInfo.physicalMemory)).contains(Machine.memory))
  }
}
