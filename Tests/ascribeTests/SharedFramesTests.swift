import Foundation
import Packets
import TestSupport
import Testing

@testable import Capture
@testable import ascribe

/// Every thread is given every frame, once and in order, however fast it is, and no block reaches beyond a stretch.
@Suite struct SharedFramesTests {
  /// What one thread was given.
  private struct Given: Equatable, Sendable {
    /// Frame number, time and a sum over the bytes of each frame.
    var frames: [[UInt64]] = []
    /// Frames after each block.
    var ends: [Int] = []
    var error = false
  }

  /// A pcap file of small frames, more than a stretch.
  private static func capture(_ count: Int, cut: Int = 0) -> Data {
    var generator = SeededGenerator(seed: 11)
    var bytes: [UInt8] = []
    func append(_ words: UInt32...) {
      for word in words { for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) } }
    }
    append(0xA1B2_C3D4, 0x0004_0002, 0, 0, 65_535, 1)
    for number in 0..<count {
      let length = UInt32(generator.next() % 40 + 14)
      append(1_700_000_000 + UInt32(number / 1_000), UInt32(number % 1_000), length, length)
      bytes += generator.bytes(Int(length))
    }
    return Data(bytes.dropLast(cut))
  }

  private static func sum(_ bytes: RawSpan, _ range: Range<Int>) -> UInt64 {
    var sum: UInt64 = 0
    for offset in range { sum = sum &* 31 &+ UInt64(bytes.uint8(at: offset)) }
    return sum
  }

  /// Runs threads that take the frames of a file; of each, whether it rests between blocks, and after how many it leaves.
  private static func run(
    _ path: String, strict: Bool = false, filter: String = "", _ threads: [(rests: Bool, leavesAfter: Int)]
  ) throws -> [Given] {
    var options = CaptureOptions()
    (options.strict, options.hashesInputs, options.filter) = (strict, false, filter)
    let shared = SharedFrames(try CaptureSource(paths: [path], options: options), for: threads.count)
    let results = threads.map { _ in Channel<Given>() }
    for (index, thread) in threads.enumerated() {
      let isRunning = startThread {
        var given = Given()
        var generator = SeededGenerator(seed: UInt64(index))
        do throws(CaptureError) {
          while given.ends.count < thread.leavesAfter, let block = try shared.next(for: index) {
            var next = 0
            for buffer in block.buffers {
              buffer.bytes.withBytes { bytes in
                for entry in block.entries[next..<next + buffer.count] {
                  let range = entry.frame.offset..<entry.frame.offset + Int(entry.frame.capturedLength)
                  given.frames.append([
                    entry.frame.number, UInt64(entry.frame.timestamp.nanoseconds), sum(bytes, range),
                  ])
                }
              }
              next += buffer.count
            }
            given.ends.append((given.ends.last ?? 0) + block.count)
            if thread.rests { usleep(UInt32(generator.next() % 3_000)) }
          }
        } catch { given.error = true }
        shared.leave(index)
        results[index].send(given)
      }
      try #require(isRunning)
    }
    return results.compactMap { $0.receive() }
  }

  @Test(arguments: [1, 2, 3, 7]) func everyThreadIsGivenEveryFrame(threads: Int) throws {
    let folder = try Scratch()
    let path = folder.path("a.pcap")
    let count = 2 * SharedFrames.stretch + 1_234
    try Self.capture(count).write(to: URL(filePath: path))
    // Some rest: they are behind, and the others wait for them.
    let given = try Self.run(path, (0..<threads).map { (rests: $0 % 2 == 1, leavesAfter: .max) })
    #expect(given.count == threads)
    #expect(given[0].frames.map { $0[0] } == (1...UInt64(count)).map { $0 })
    for other in given { #expect(other == given[0]) }
    #expect(Set([1, 2].map { $0 * SharedFrames.stretch }).isSubset(of: given[0].ends))
    #expect(given[0].ends.last == count)
  }

  @Test func compressedFramesAreTheSame() throws {
    let folder = try Scratch()
    let path = folder.path("a.pcap")
    try Self.capture(100_000).write(to: URL(filePath: path))
    let packed = try Program.run(
      URL(filePath: "/bin/gzip"), ["-1", "-c"], input: try Data(contentsOf: URL(filePath: path)))
    try packed.output.write(to: URL(filePath: folder.path("b.pcap.gz")))
    let threads = [(rests: false, leavesAfter: Int.max), (rests: true, leavesAfter: .max)]
    let (plain, unpacked) = (try Self.run(path, threads), try Self.run(folder.path("b.pcap.gz"), threads))
    #expect(unpacked.map(\.frames) == plain.map(\.frames))
  }

  @Test func whatAFilterTakesOutIsCounted() throws {
    let folder = try Scratch()
    let path = folder.path("a.pcap")
    let count = SharedFrames.stretch + 99
    try Self.capture(count).write(to: URL(filePath: path))
    let given = try Self.run(path, filter: "ether[0] < 16", [(false, .max), (false, .max)])
    #expect(given[0] == given[1])
    #expect(!given[0].frames.isEmpty && given[0].frames.count < count)
    #expect(given[0].ends.last == count && given[0].ends.contains(SharedFrames.stretch))
  }

  @Test func whoLeavesHoldsNobodyUp() throws {
    let folder = try Scratch()
    let path = folder.path("a.pcap")
    try Self.capture(100_000).write(to: URL(filePath: path))
    let given = try Self.run(path, [(false, .max), (false, 0), (true, 2)])
    #expect(given.map(\.frames.count)[0] == 100_000)
    #expect(given[1].frames.isEmpty)
  }

  @Test func aDamagedFileEndsAllThreads() throws {
    let folder = try Scratch()
    let path = folder.path("a.pcap")
    try Self.capture(30_000, cut: 5).write(to: URL(filePath: path))
    for strict in [false, true] {
      let given = try Self.run(path, strict: strict, [(false, .max), (true, .max)])
      #expect(given.map(\.error) == [strict, strict])
      #expect(given.map(\.frames.count) == [29_999, 29_999])
    }
  }
}
