import Foundation
import Packets
import Testing

@testable import Capture

/// Files of packets on a disk of few pages; it takes root to make one.
@Suite(.enabled(if: geteuid() == 0, "skipped: a disk of its own takes root"))
struct PacketRecorderTests {
  @Test func `a file ends with a whole block on a disk that fills up at its end`() throws {
    let disk = FileManager.default.temporaryDirectory.appending(path: "ascribe-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: disk) }
    try #require(try Self.run("mount", "-t", "tmpfs", "-o", "size=64k", "ascribe-test", disk.path) == 0)
    defer { _ = try? Self.run("umount", "-l", disk.path) }
    let (preamble, block) = ([UInt8](repeating: 1, count: 100), [UInt8](repeating: 2, count: 65_400))
    let recorder = try PacketRecorder(folder: disk.path, preamble: preamble, options: RotationOptions())
    block.withRawSpan { recorder.append($0) }
    // 36 bytes of room.
    let figures = recorder.finish(statistics: [UInt8](repeating: 3, count: 100))
    let files = try FileManager.default.contentsOfDirectory(atPath: disk.path)
    #expect(files.count == 1, "\(files)")
    #expect(try Data(contentsOf: disk.appending(path: files[0])) == Data(preamble + block))
    #expect(figures.lostBytes > 100 && figures.failure != nil)
  }

  private static func run(_ command: String...) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
