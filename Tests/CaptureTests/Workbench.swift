import Capture
import Foundation
import Glibc
import Packets
import TestSupport
import Testing

/// A temporary folder with the files of one test; it goes with the instance.
final class Workbench {
  let folder: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("capture-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Writes a file, and the folders above it.
  @discardableResult
  func write(_ bytes: [UInt8], _ name: String = "a.pcap") throws -> String {
    let path = folder + "/" + name
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Runs a shell command in the folder.
  func shell(_ command: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.arguments = ["-c", command]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "failed: \(command)")
  }

  static func hasTool(_ name: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: $0 + "/" + name)
    }
  }
}

/// Random frames of ascending time, some cut by a snap length.
func randomFrames(
  _ count: Int, seed: UInt64, start: Int64 = 1_700_000_000_000_000_000, longest: Int = 200, unit: Int64 = 1_000,
  linkTypes: [LinkType] = [.ethernet]
) -> [TimedFrame] {
  var random = SeededGenerator(seed: seed)
  var time = start
  return (0..<count).map { _ in
    time += Int64.random(in: 0...3_000_000, using: &random) / unit * unit
    let length = Int.random(in: 0...longest, using: &random)
    var bytes: [UInt8] = []
    while bytes.count < length { unsafe withUnsafeBytes(of: random.next()) { unsafe bytes.append(contentsOf: $0) } }
    bytes.removeLast(bytes.count - length)
    let more = UInt32.random(in: 0...3, using: &random) == 0 ? UInt32(100) : 0
    return TimedFrame(
      Timestamp(nanoseconds: time), bytes, wireLength: UInt32(length) + more,
      linkType: linkTypes.randomElement(using: &random) ?? .ethernet)
  }
}

extension ReadFrame {
  /// What a source must give for a written frame.
  init(_ frame: TimedFrame, number: UInt64, file: UInt32 = 0) {
    self.init(
      time: frame.timestamp.nanoseconds, number: number, wireLength: frame.wireLength, file: file,
      linkType: frame.linkType, bytes: frame.bytes)
  }
}

/// What a source must give for the frames of one file.
func expected(_ frames: [TimedFrame], file: UInt32 = 0) -> [ReadFrame] {
  frames.enumerated().map { ReadFrame($1, number: UInt64($0) + 1, file: file) }
}

/// Options without threads and digests, for tests that read often.
let plainOptions: CaptureOptions = {
  var options = CaptureOptions()
  options.threads = 0
  options.hashesInputs = false
  return options
}()

extension Workbench {
  /// Writes the file "fuzz" by the shortest way.
  func overwrite(_ bytes: [UInt8]) throws {
    let descriptor = unsafe open(folder + "/fuzz", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(descriptor) }
    let count = unsafe Glibc.write(descriptor, bytes, bytes.count)
    try #require(count == bytes.count)
  }
}
