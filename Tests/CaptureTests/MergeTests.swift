import Capture
import Packets
import TestSupport
import Testing

/// Several inputs as one stream.
@Suite struct MergeTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  /// The slow way: at each step look at the next frame of every file.
  static func golden(_ files: [[TimedFrame]]) -> [ReadFrame] {
    var next = files.map { _ in 0 }
    var merged: [ReadFrame] = []
    while true {
      let candidates = files.indices.filter { next[$0] < files[$0].count }
      guard let file = candidates.min(by: { files[$0][next[$0]].timestamp < files[$1][next[$1]].timestamp }) else {
        return merged
      }
      merged.append(ReadFrame(files[file][next[file]], number: UInt64(next[file]) + 1, file: UInt32(file)))
      next[file] += 1
    }
  }

  @Test(arguments: 0..<60)
  func againstGolden(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var named: [(name: String, frames: [TimedFrame])] = []
    for index in 0..<Int.random(in: 1...12, using: &random) {
      var frames = randomFrames(
        Int.random(in: 0...400, using: &random), seed: random.next(),
        start: 1_700_000_000_000_000_000 + Int64.random(in: 0...5, using: &random) * 200_000_000, longest: 3,
        unit: 1_000_000)
      // Frames out of order keep their place in their file.
      if frames.count > 10, index % 3 == 0 { frames.swapAt(5, 9) }
      named.append(("\(index % 2)/\(index).pcap", frames))
    }
    var paths = try named.map { try bench.write(CaptureWriter.pcap($0.frames), $0.name) }
    // Canonical: first packet time, those without packets last, then name.
    named.sort {
      ($0.frames.first?.timestamp.nanoseconds ?? .max, $0.name) < (
        $1.frames.first?.timestamp.nanoseconds ?? .max, $1.name
      )
    }
    let golden = Self.golden(named.map(\.frames))
    for threads in [0, 2] {
      var options = CaptureOptions()
      options.threads = threads
      paths.shuffle(using: &random)
      let result = try readAll(paths, options: options)
      #expect(result.frames == golden)
      #expect(result.inputs.map(\.name) == named.map { bench.folder + "/" + $0.name })
      #expect(result.inputs.map(\.packetCount) == named.map { UInt64($0.frames.count) })
      #expect(result.firstPacketTime == golden.first.map { Timestamp(nanoseconds: $0.time) })
    }
    let folder = try readAll([bench.folder], options: plainOptions)
    #expect(folder.frames == golden && folder.skipped.isEmpty)
  }

  @Test func apartFilesGiveLargeBatches() throws {
    for index in 0..<8 {
      let frames = randomFrames(1_024, seed: UInt64(index), start: Int64(index) * 1_000_000_000_000, longest: 3)
      try bench.write(CaptureWriter.pcap(frames), "\(8 - index).pcap")
    }
    let result = try readAll([bench.folder])
    #expect(result.frames.count == 8 * 1_024 && result.batches == 8 * 4)
    #expect(result.inputs.map { $0.name.suffix(6) } == (0..<8).map { "\(8 - $0).pcap" })
  }

  @Test func manyFiles() throws {
    var files: [[TimedFrame]] = []
    for index in 0..<1_500 {
      // All begin at once, so that all are open at the same time: more than a process may have descriptors.
      let frames = randomFrames(3, seed: UInt64(index), longest: 2).enumerated().map { number, frame in
        number == 0 ? TimedFrame(Timestamp(seconds: 1), frame.bytes) : frame
      }
      try bench.write(CaptureWriter.pcap(frames), "\(index + 10_000)")
      files.append(frames)
    }
    #expect(try readAll([bench.folder]).frames == Self.golden(files))
  }

  @Test func earliestAndLatestTimes() throws {
    // Saturated times at both ends must neither trap nor stall the merge.
    func file(_ offset: Int64) -> [UInt8] {
      var writer = PcapNGWriter()
      writer.addInterface(options: [.init(14, writer.field(offset))])
      for _ in 0..<3 { writer.addPacket(TimedFrame(Timestamp(seconds: 1), [1])) }
      return writer.bytes
    }
    for (index, offset) in [Int64.max, .min, .max, .min, 0].enumerated() { try bench.write(file(offset), "\(index)") }
    let result = try readAll([bench.folder])
    #expect(
      result.frames.map(\.time) == Array(repeating: Int64.min, count: 6)
        + Array(repeating: 1_000_000_000, count: 3) + Array(repeating: Int64.max, count: 6))
  }
}
