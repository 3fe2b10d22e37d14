import Capture
import Packets
import TestSupport
import Testing

/// Cut-off and mutated captures: never a crash, and never a frame that the whole capture does not hold.
@Suite struct HostileInputTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  /// Small captures of both formats, with most kinds of blocks.
  static func samples() -> [[UInt8]] {
    let frames = randomFrames(5, seed: 20, longest: 40)
    var writer = PcapNGWriter(options: [.comment("sample")])
    writer.addInterface(.ethernet, snapLength: 48, options: [.timestampResolution(6), .interfaceName("eth0")])
    writer.addPacket(frames[0])
    writer.addSimplePacket(TimedFrame(frames[1].timestamp, frames[1].bytes))
    writer.addObsoletePacket(frames[2])
    writer.addStatistics(timestamp: Timestamp(seconds: 1), received: 5, dropped: 2)
    writer.addSection(order: .big)
    writer.addInterface(.raw)
    writer.addBlock(10, [1, 2, 3])
    writer.addPacket(frames[3], options: [.comment("packet")])
    writer.addPacket(frames[4])
    return [
      CaptureWriter.pcap(frames), CaptureWriter.pcap(frames, order: .big, resolution: .nanoseconds), writer.bytes,
    ]
  }

  @Test func everyLength() throws {
    for sample in Self.samples() {
      let whole = try readAll([bench.write(sample)], options: plainOptions).frames
      #expect(whole.count == 5)
      var longest = 0
      for length in 0...sample.count {
        let path = try bench.write(Array(sample.prefix(length)))
        guard length >= 24 else {
          #expect { try readAll([path]) } throws: { ($0 as? CaptureError)?.code == .notACapture }
          continue
        }
        let result = try readAll([path], options: plainOptions)
        // As many frames as the bytes hold, the same as of the whole, and never fewer than of a shorter piece.
        #expect(result.frames == Array(whole.prefix(result.frames.count)) && result.frames.count >= longest)
        longest = result.frames.count
        guard let damage = result.inputs.first?.damage else { continue }
        #expect(damage.frame == UInt64(longest) + 1 && damage.offset < UInt64(length))
      }
      #expect(longest == 5)
    }
  }

  @Test func cutOffIsTold() throws {
    let frames = randomFrames(3, seed: 21, longest: 60)
    let file = CaptureWriter.pcap(frames)
    let path = try bench.write(Array(file.dropLast()))
    let damage = try #require(try readAll([path]).inputs.first?.damage)
    let start = file.count - 16 - frames[2].bytes.count
    let left = 16 + frames[2].bytes.count - 1
    #expect(damage.frame == 3 && damage.offset == UInt64(start))
    #expect(
      damage.reason == "At byte \(start) it ends inside frame 3, of which \(left + 1) bytes are needed; "
        + "the last \(left) bytes were not read.")

    var strict = CaptureOptions()
    strict.strict = true
    let result = try readAll([path], options: strict)
    #expect(result.frames == expected(Array(frames.prefix(2))))
    let error = try #require(result.error)
    #expect(error.code == .damaged && error.description.contains(path) && error.description.contains(damage.reason))
  }

  /// A capture with a few bytes changed, moved or cut.
  func mutant(_ samples: [[UInt8]], _ random: inout SeededGenerator) -> [UInt8] {
    var file = samples[Int.random(in: samples.indices, using: &random)]
    for _ in 0..<Int.random(in: 1...4, using: &random) where !file.isEmpty {
      let index = Int.random(in: file.indices, using: &random)
      switch UInt8.random(in: 0...6, using: &random) {
      case 0...1: file[index] = UInt8.random(in: 0...255, using: &random)
      case 2: file[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
      case 3: file[index] = [0, 0xFF, 0x7F, 0x80][Int.random(in: 0...3, using: &random)]
      case 4: file.insert(contentsOf: [0, 0, 0, 0], at: index)
      case 5: file.removeSubrange(index..<min(file.count, index + 4))
      default: file.removeSubrange(index...)
      }
    }
    return file
  }

  /// 100,000 mutants through the walk alone, in windows of any size.
  @Test func mutantsWalked() {
    var random = SeededGenerator(seed: 22)
    let samples = Self.samples()
    var (walks, corrupt, isRight) = (0, 0, true)
    for _ in 0..<100_000 {
      let file = mutant(samples, &random)
      // Bytes have no padding, the only hazard of viewing elements as raw bytes.
      let bytes = unsafe file.span.bytes
      var problem = ""
      guard var walker = RecordWalker(bytes, problem: &problem) else { continue }
      var cursor = walker.firstRecord
      var pause: WalkPause?
      while isRight, pause == nil {
        let start = cursor
        walks += 1
        let record = walker.next(bytes, &cursor, limit: .max, isFull: false, pause: &pause)
        isRight = isRight && cursor <= bytes.byteCount && (record == nil) == (pause != nil)
        guard let record else { continue }
        isRight = isRight && record.offset > start && record.offset + Int(record.capturedLength) <= cursor
      }
      switch pause {
      case .needs(let needed): isRight = isRight && needed > bytes.byteCount - cursor
      case .corrupt: corrupt += 1
      default: isRight = false
      }
      guard isRight else { break }
    }
    #expect(isRight && walks > 100_000 && corrupt > 10_000)
  }

  /// The records that the walker finds one by one, as frames without their bytes.
  static func walked(_ file: [UInt8]) -> [Frame] {
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    let bytes = unsafe file.span.bytes
    var (frames, problem, pause) = ([Frame](), "", WalkPause?.none)
    guard var walker = RecordWalker(bytes, problem: &problem) else { return [] }
    var cursor = walker.firstRecord
    while let record = walker.next(bytes, &cursor, limit: .max, isFull: false, pause: &pause) {
      frames.append(
        Frame(
          timestamp: Timestamp(nanoseconds: record.time), offset: record.offset, number: UInt64(frames.count) + 1,
          capturedLength: record.capturedLength, wireLength: record.wireLength, file: 0, linkType: record.linkType))
    }
    return frames
  }

  static func agree(_ one: Frame, _ other: Frame) -> Bool {
    one.timestamp == other.timestamp && one.offset == other.offset && one.number == other.number
      && one.capturedLength == other.capturedLength && one.wireLength == other.wireLength
      && one.file == other.file && one.linkType == other.linkType
  }

  /// Mutants through everything: what the cursor reads ahead of the walker is what the walker finds.
  @Test func mutantsRead() throws {
    var random = SeededGenerator(seed: 23)
    let samples = Self.samples()
    var damaged = 0
    for _ in 0..<2_000 {
      let file = mutant(samples, &random)
      let golden = Self.walked(file)
      try bench.overwrite(file)
      do throws(CaptureError) {
        var source = try CaptureSource(paths: [bench.folder + "/fuzz"], options: plainOptions)
        var count = 0
        var isRight = true
        while try source.nextFrames({ frames, bytes in
          while let frame = frames.next() {
            isRight = isRight && count < golden.count && Self.agree(frame, golden[count])
            isRight = isRight && frame.offset >= 0 && frame.offset + Int(frame.capturedLength) <= bytes.byteCount
            count += 1
          }
        }) > 0 {}
        let inputs = source.inputs
        #expect(isRight && inputs[0].packetCount == UInt64(count) && count == golden.count)
        if inputs[0].damage != nil { damaged += 1 }
      } catch {
        #expect(error.code == .notACapture)
      }
    }
    #expect(damaged > 200)
  }
}
