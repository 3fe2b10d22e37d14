import Capture
import Cryptography
import Foundation
import Packets
import TestSupport
import Testing

/// Compressed captures give what plain ones give.
@Suite(.enabled(if: ["gzip", "zstd", "lz4", "xz"].allSatisfy(Workbench.hasTool), "skipped: a compressor is missing"))
struct CompressionTests {
  static let tools = ["gzip", "zstd", "lz4", "xz"]
  let bench: Workbench

  init() throws { bench = try Workbench() }

  func sha256(_ path: String) throws -> String {
    Digest.hex(Digest.sha256(of: try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))))
  }

  @Test(arguments: tools, [0, 2])
  func likePlain(tool: String, threads: Int) throws {
    // Several chunks, and frames longer than the headroom between them.
    var frames = randomFrames(3_000, seed: 30, longest: 1_500)
    for index in [100, 101, 102, 2_000] { frames[index].bytes = [UInt8](repeating: 9, count: 250_000) }
    for index in frames.indices { frames[index].wireLength = UInt32(frames[index].bytes.count) }
    for file in [CaptureWriter.pcap(frames), CaptureWriter.pcapng(frames, order: .big)] {
      try bench.write(file, "plain")
      try bench.shell("\(tool) -c plain > packed")
      var options = CaptureOptions()
      options.threads = threads
      let result = try readAll([bench.folder + "/packed"], options: options)
      #expect(result.frames == expected(frames))
      let row = try #require(result.inputs.first)
      #expect(row.compression?.rawValue == tool && row.damage == nil)
      #expect(try row.sha256 == sha256(bench.folder + "/packed"))
      #expect(row.firstPacket == frames.first?.timestamp && row.lastPacket == frames.last?.timestamp)
    }
  }

  /// Several members, frames or streams are one capture, wherever they are cut.
  @Test(arguments: tools)
  func several(tool: String) throws {
    let frames = randomFrames(500, seed: 31)
    let file = CaptureWriter.pcap(frames)
    for cut in [0, 10, 24, file.count / 2, file.count] {
      try bench.write(Array(file[..<cut]), "1")
      try bench.write(Array(file[cut...]), "2")
      try bench.shell("(\(tool) -c 1; \(tool) -c 2) > packed")
      #expect(try readAll([bench.folder + "/packed"]).frames == expected(frames))
    }
  }

  @Test(arguments: tools)
  func everyCut(tool: String) throws {
    let frames = randomFrames(40, seed: 32, longest: 30)
    try bench.write(CaptureWriter.pcap(frames), "plain")
    try bench.shell("\(tool) -c plain > packed")
    let packed = try [UInt8](Data(contentsOf: URL(fileURLWithPath: bench.folder + "/packed")))
    for length in stride(from: 0, to: packed.count, by: 7) {
      let path = try bench.write(Array(packed[..<length]), "cut")
      do throws(CaptureError) {
        let result = try readAll([path], options: plainOptions)
        #expect(result.frames == Array(expected(frames).prefix(result.frames.count)))
        // Trailers and checksums are part of the data.
        #expect(result.inputs.first?.damage?.reason.contains("\(tool) data are cut off") == true)
      } catch {
        #expect(error.code == .notACapture)
      }
    }
  }

  @Test(arguments: tools)
  func mutants(tool: String) throws {
    var random = SeededGenerator(seed: 33)
    let frames = randomFrames(40, seed: 34, longest: 30)
    try bench.write(CaptureWriter.pcap(frames), "plain")
    try bench.shell("\(tool) -c plain > packed")
    let packed = try [UInt8](Data(contentsOf: URL(fileURLWithPath: bench.folder + "/packed")))
    for _ in 0..<300 {
      var mutant = packed
      for _ in 0..<3 {
        mutant[Int.random(in: mutant.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      try bench.overwrite(mutant)
      do throws(CaptureError) { _ = try readAll([bench.folder + "/fuzz"], options: plainOptions) } catch {
        #expect(error.code == .notACapture)
      }
    }
  }

  /// A checksum that differs is told behind the frames.
  @Test func wrongChecksum() throws {
    let frames = randomFrames(10, seed: 38)
    try bench.write(CaptureWriter.pcap(frames), "plain")
    try bench.shell("gzip -c plain > packed")
    var packed = try [UInt8](Data(contentsOf: URL(fileURLWithPath: bench.folder + "/packed")))
    packed[packed.count - 8] ^= 1
    let result = try readAll([bench.write(packed, "wrong")])
    #expect(result.frames == expected(frames))
    let damage = try #require(result.inputs.first?.damage)
    #expect(damage.reason.contains("the gzip data cannot be decompressed (incorrect data check)"))
  }

  /// A frame, a match that reaches back before the beginning, and 299 letters: what the match would be is in no file.
  @Test func matchBeforeTheBeginning() throws {
    let start: [UInt8] = [
      0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xBB, 0x72, 0x78, 0xD3, 0x42, 0x26, 0x06, 0x16,
      0x06, 0x06, 0x06, 0x06, 0x06, 0x06, 0x06, 0x06, 0x86, 0xFF, 0xFF, 0x19, 0x18, 0x18, 0x19, 0x18, 0x18, 0x18,
      0x19, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x58, 0x18, 0x18, 0x18, 0x58, 0x18, 0x18, 0x18, 0x18, 0x99, 0x98,
      0x59, 0x46, 0xCF, 0x87, 0x0B,
    ]
    let path = try bench.write(
      start + [UInt8](repeating: 9, count: 299) + [1] + [UInt8](repeating: 0, count: 9), "match.gz")
    let result = try readAll([path])
    #expect(result.frames.map(\.bytes) == [[1, 2, 3, 4]])
    #expect(result.inputs.first?.damage?.frame == 2)
  }

  @Test(arguments: tools)
  func garbageBehind(tool: String) throws {
    let frames = randomFrames(10, seed: 35)
    try bench.write(CaptureWriter.pcap(frames), "plain")
    try bench.shell("(\(tool) -c plain; echo this is something else entirely) > packed")
    let result = try readAll([bench.folder + "/packed"])
    #expect(result.frames == expected(frames) && result.inputs.first?.damage?.frame == 11)
    #expect(try result.inputs.first?.sha256 == sha256(bench.folder + "/packed"))
  }

  @Test func skippableFramesInFront() throws {
    let frames = randomFrames(10, seed: 36)
    try bench.write(CaptureWriter.pcap(frames), "plain")
    for tool in ["zstd", "lz4"] {
      try bench.write([0x5E, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3], "packed")
      try bench.shell("\(tool) -c plain >> packed")
      #expect(try readAll([bench.folder + "/packed"]).frames == expected(frames))
    }
  }

  /// A gigabyte of one block kind that holds no packet, in few bytes: takes time, and little memory.
  @Test func bomb() throws {
    var writer = PcapNGWriter()
    writer.addInterface()
    try bench.write(writer.bytes, "head")
    let block =
      bytes(of: UInt32(0xBAD), .little) + bytes(of: UInt32(1 << 20), .little)
      + [UInt8](repeating: 0, count: (1 << 20) - 12) + bytes(of: UInt32(1 << 20), .little)
    try bench.write(block, "block")
    try bench.shell("(cat head; for i in $(seq 100); do cat block; done) | zstd -c > packed")
    let result = try readAll([bench.folder + "/packed"])
    #expect(result.frames.isEmpty && result.inputs.first?.damage == nil)
    #expect(try #require(result.inputs.first).byteCount < 200_000)
  }

  @Test func compressedNonsense() throws {
    try bench.write(Array("no capture".utf8), "plain")
    try bench.shell("gzip -c plain > packed")
    #expect {
      try readAll([bench.folder + "/packed"])
    } throws: { error in
      let error = error as? CaptureError
      return error?.code == .notACapture && error?.description.contains("gzip content") == true
    }
  }

  /// What can be read only once: here a named pipe, plain and compressed.
  @Test(arguments: ["cat", "gzip -c", "zstd -c", "lz4 -c", "xz -c"], [0, 2])
  func pipes(command: String, threads: Int) throws {
    let frames = randomFrames(3_000, seed: 37, longest: 900)
    let file = CaptureWriter.pcap(frames)
    try bench.write(file + [1, 2, 3], "plain")
    try bench.shell("\(command) plain > packed; mkfifo pipe")
    let (packed, pipe) = (bench.folder + "/packed", bench.folder + "/pipe")
    // Opening a named pipe waits for the other side.
    Thread.detachNewThread { try? Data(contentsOf: URL(fileURLWithPath: packed)).write(to: URL(fileURLWithPath: pipe)) }
    var options = CaptureOptions()
    options.threads = threads
    let result = try readAll([bench.folder + "/pipe"], options: options)
    #expect(result.frames == expected(frames))
    let row = try #require(result.inputs.first)
    #expect(row.damage?.frame == 3_001 && row.damage?.offset == UInt64(file.count))
    #expect(try row.sha256 == sha256(bench.folder + "/packed"))
    let size = try FileManager.default.attributesOfItem(atPath: bench.folder + "/packed")[.size] as? Int
    #expect(row.byteCount == UInt64(try #require(size)))
  }
}
