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

  @Test func `all files together take no more than they may`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ascribe-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var options = RotationOptions()
    options.totalLength = 100_000
    let recorder = try PacketRecorder(folder: folder.path, preamble: [1, 1, 1, 1], options: options)
    for _ in 0..<10 {
      [UInt8](repeating: 2, count: 30_000).withRawSpan { recorder.append($0) }
      recorder.flush()
    }
    #expect(recorder.finish(statistics: []).lostBytes == 0)
    let sizes = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix("pcapng") }
      .map { try Data(contentsOf: folder.appending(path: $0)).count }
    #expect((60_000...100_000).contains(sizes.reduce(0, +)), "\(sizes)")
  }

  @Test func `what earlier recorders left counts and is removed first`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ascribe-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
    func record(_ options: RotationOptions) throws -> PacketRecorder.Figures {
      let recorder = try PacketRecorder(folder: folder.path, preamble: [1, 1, 1, 1], options: options)
      [UInt8](repeating: 2, count: 30_000).withRawSpan { recorder.append($0) }
      return recorder.finish(statistics: [])
    }
    _ = try record(RotationOptions())
    let old = "ascribe-20141124T093000Z-000007.pcapng"
    for name in [old, old + ".sha256", "ascribe-notes.pcapng", "mine.pcapng"] {
      try Data(count: 30_000).write(to: folder.appending(path: name))
    }
    var options = RotationOptions()
    options.totalLength = 100_000
    #expect(try record(options).removedFiles == 0)
    options.totalLength = 70_000
    #expect(try record(options).removedFiles == 2)
    options = RotationOptions()
    options.fileCount = 1
    #expect(try record(options).removedFiles == 2)
    // One with its digest, and what is not of a recorder.
    let left = try files()
    #expect(left.count == 4 && left.suffix(2) == ["ascribe-notes.pcapng", "mine.pcapng"], "\(left)")
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
