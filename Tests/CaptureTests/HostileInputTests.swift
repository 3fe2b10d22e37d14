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
    let none = Frame(
      timestamp: Timestamp(nanoseconds: 0), offset: 0, number: 0, capturedLength: 0, wireLength: 0, file: 0,
      linkType: .null)
    var frames = [Frame](repeating: none, count: 3)
    var (walks, corrupt, isRight) = (0, 0, true)
    for _ in 0..<100_000 {
      let file = mutant(samples, &random)
      // Bytes have no padding, the only hazard of viewing elements as raw bytes.
      let bytes = unsafe file.span.bytes
      var problem = ""
      guard var walker = RecordWalker(bytes, problem: &problem) else { continue }
      var cursor = walker.firstRecord
      walk: while true {
        let start = cursor
        var count = 0
        var span = frames.mutableSpan
        let pause = walker.walk(
          bytes, &cursor, into: &span, count: &count, origin: FrameOrigin(file: 0, number: 1), limit: .max)
        walks += 1
        for index in 0..<count {
          let frame = frames[index]
          isRight = isRight && frame.offset >= start && frame.offset + Int(frame.capturedLength) <= cursor
        }
        isRight = isRight && cursor <= bytes.byteCount && (count == 0 || cursor > start)
        switch pause {
        case .frame: if count == 0 { isRight = false }
        case .needs(let needed):
          isRight = isRight && needed > bytes.byteCount - cursor
          break walk
        case .corrupt:
          corrupt += 1
          break walk
        }
        guard isRight else { break }
      }
    }
    #expect(isRight && walks > 100_000 && corrupt > 10_000)
  }

  /// Mutants through everything.
  @Test func mutantsRead() throws {
    var random = SeededGenerator(seed: 23)
    let samples = Self.samples()
    var damaged = 0
    for _ in 0..<2_000 {
      try bench.overwrite(mutant(samples, &random))
      do throws(CaptureError) {
        var source = try CaptureSource(paths: [bench.folder + "/fuzz"], options: plainOptions)
        var count: UInt64 = 0
        var isRight = true
        while try source.nextBatch({ frames, bytes in
          for index in frames.indices {
            let frame = frames[index]
            count += 1
            isRight = isRight && frame.number == count && frame.offset >= 0
            isRight = isRight && frame.offset + Int(frame.capturedLength) <= bytes.byteCount
          }
        }) {}
        let inputs = source.inputs
        #expect(isRight && inputs[0].packetCount == count)
        if inputs[0].damage != nil { damaged += 1 }
      } catch {
        #expect(error.code == .notACapture)
      }
    }
    #expect(damaged > 200)
  }
}
