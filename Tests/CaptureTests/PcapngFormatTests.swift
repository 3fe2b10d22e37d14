import Capture
import Packets
import TestSupport
import Testing

/// The blocks and options of pcapng.
@Suite struct PcapngFormatTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  func read(_ writer: PcapNGWriter) throws -> (frames: [ReadFrame], row: CaptureInput) {
    let result = try readAll([bench.write(writer.bytes, "a.pcapng")], options: plainOptions)
    return (result.frames, try #require(result.inputs.first))
  }

  @Test(arguments: [ByteOrder.little, .big])
  func ordinary(order: ByteOrder) throws {
    let frames = randomFrames(1_000, seed: 2, unit: 1, linkTypes: [.ethernet, .raw, .linuxSLL])
    let path = try bench.write(CaptureWriter.pcapng(frames, order: order))
    let result = try readAll([path])
    #expect(result.frames == expected(frames))
    let row = try #require(result.inputs.first)
    #expect(row.format == .pcapng && Set(row.linkTypes) == [.ethernet, .raw, .linuxSLL] && row.linkTypes.count == 3)
    #expect(row.damage == nil && row.packetCount == 1_000)
  }

  @Test func sectionsOfBothOrders() throws {
    let frames = randomFrames(6, seed: 3)
    var writer = PcapNGWriter(order: .big, options: [.comment("first")])
    writer.addInterface(.ethernet)
    writer.addPacket(frames[0])
    writer.addSection(order: .little)
    writer.addInterface(.raw, options: [.timestampResolution(9)])
    writer.addInterface(.ethernet)
    writer.addPacket(frames[1], interface: 1)
    writer.addPacket(frames[2], interface: 0, unitsPerSecond: 1_000_000_000)
    writer.addSection(order: .big)
    // No interface of the section before lives on.
    writer.addPacket(frames[3], interface: 0)
    let (read, row) = try read(writer)
    #expect(read.map(\.linkType) == [.ethernet, .ethernet, .raw] && row.linkTypes == [.ethernet, .raw])
    #expect(read.map(\.time) == frames.prefix(3).map(\.timestamp.nanoseconds))
    let damage = try #require(row.damage)
    #expect(damage.frame == 4 && damage.reason.contains("names interface 0"))
  }

  @Test func everyTimestampResolution() throws {
    let stamps: [UInt64] = [0, 1, 999_999_999, 1_700_000_000_123_456_789, 1 << 63, .max]
    for offset in [Int64(0), -5, 1_700_000_000, .min, .max] {
      var writer = PcapNGWriter()
      for resolution in UInt8.min...UInt8.max {
        writer.addInterface(
          options: [.timestampResolution(resolution), .init(14, writer.field(offset)), .comment("x")])
        for stamp in stamps {
          writer.addBlock(
            6,
            writer.field(UInt32(resolution)) + writer.field(UInt32(stamp >> 32))
              + writer.field(UInt32(stamp & 0xFFFF_FFFF)) + writer.field(UInt64(0)))
        }
      }
      let (read, row) = try read(writer)
      #expect(row.damage == nil)
      let golden = (UInt8.min...UInt8.max).flatMap { resolution in
        stamps.map { Self.golden($0, resolution, offset) }
      }
      #expect(read.map(\.time) == golden)
    }
  }

  /// The slow way: digit by digit, bit by bit.
  static func golden(_ units: UInt64, _ resolution: UInt8, _ offset: Int64) -> Int64 {
    var nanoseconds = Int128(units) * 1_000_000_000
    for _ in 0..<(resolution & 0x7F) { nanoseconds /= resolution & 0x80 == 0 ? 10 : 2 }
    return Int64(clamping: nanoseconds + Int128(offset) * 1_000_000_000)
  }

  @Test func simplePackets() throws {
    let frames = randomFrames(3, seed: 4, longest: 50)
    let long = TimedFrame(Timestamp(nanoseconds: 0), [UInt8](repeating: 5, count: 64), wireLength: 1_500)
    var writer = PcapNGWriter()
    writer.addInterface(.ethernet, snapLength: 64)
    writer.addInterface(.raw)
    writer.addSimplePacket(long)
    writer.addPacket(frames[0], interface: 1)
    writer.addSimplePacket(long)
    let (read, row) = try read(writer)
    // Interface 0; the time of the packet before, or none.
    #expect(read.map(\.linkType) == [.ethernet, .raw, .ethernet])
    #expect(read.map(\.time) == [0, frames[0].timestamp.nanoseconds, frames[0].timestamp.nanoseconds])
    #expect(read[0].bytes == long.bytes && read[2].bytes == long.bytes && read[0].wireLength == 1_500)
    #expect(row.truncatedCount >= 2)
    #expect(row.untimedCount == 2)
  }

  @Test func obsoletePackets() throws {
    let frames = randomFrames(4, seed: 5)
    var writer = PcapNGWriter(order: .big)
    writer.addInterface(.ethernet)
    writer.addInterface(.ethernet)
    for frame in frames { writer.addObsoletePacket(frame, interface: 1, drops: 3) }
    #expect(try read(writer).frames == expected(frames))
  }

  @Test func statistics() throws {
    let time = Timestamp(seconds: 1)
    var writer = PcapNGWriter()
    writer.addInterface()
    writer.addInterface()
    #expect(try read(writer).row.interfaceDrops == nil)
    writer.addStatistics(interface: 0, timestamp: time, received: 10)
    #expect(try read(writer).row.interfaceDrops == nil)
    writer.addStatistics(interface: 0, timestamp: time, received: 10, dropped: 4)
    writer.addStatistics(interface: 0, timestamp: time, received: 20, dropped: 7)
    writer.addStatistics(interface: 1, timestamp: time, dropped: 100)
    writer.addStatistics(interface: 9, timestamp: time, dropped: 100)
    #expect(try read(writer).row.interfaceDrops == 107)
    writer.addSection(order: .big)
    writer.addInterface()
    // Both the interface and the operating system drop.
    writer.addBlock(
      5,
      writer.field(UInt32(0)) + writer.field(UInt64(0)) + [0, 5, 0, 8] + writer.field(UInt64(1_000)) + [0, 7, 0, 8]
        + writer.field(UInt64(500)))
    #expect(try read(writer).row.interfaceDrops == 1_607)
    writer.addStatistics(timestamp: time, dropped: .max)
    #expect(try read(writer).row.interfaceDrops == .max)
  }

  /// Blocks of interfaces that are alike, and of one that is not; with options that say nothing of drops, and with one
  /// that does.
  @Test func interfacesInTurn() throws {
    let frames = randomFrames(600, seed: 9)
    for resolution in [UInt8(6), 9] {
      var writer = PcapNGWriter()
      writer.addInterface(.ethernet)
      writer.addInterface(.ethernet)
      writer.addInterface(.ethernet, options: [.timestampResolution(resolution)])
      for (place, frame) in frames.enumerated() {
        let flags = PcapNGWriter.Option(2, writer.field(UInt32(1)))
        let options: [PcapNGWriter.Option] =
          switch place % 5 {
          case 0: []
          case 1: [flags]
          case 2: [.comment("packet"), flags]
          case 3: [flags, .init(4, [1, 2])]
          default: place % 50 == 4 ? [flags, .init(4, writer.field(UInt64(2)))] : [flags]
          }
        let isThird = place % 7 == 3
        writer.addPacket(
          frame, interface: isThird ? 2 : UInt32(place % 2),
          unitsPerSecond: isThird && resolution == 9 ? 1_000_000_000 : 1_000_000, options: options)
      }
      let (read, row) = try read(writer)
      #expect(read.map(\.bytes) == frames.map(\.bytes))
      #expect(zip(read, frames).allSatisfy { ($0.time - $1.timestamp.nanoseconds).magnitude < 1_000 })
      #expect(row.interfaceDrops == 24 && row.damage == nil)
    }
  }

  @Test func dropsThatPacketsTell() throws {
    let frames = randomFrames(3, seed: 8)
    for order in [ByteOrder.little, .big] {
      var writer = PcapNGWriter(order: order)
      writer.addInterface(.ethernet)
      for frame in frames { writer.addPacket(frame, options: [.init(4, writer.field(UInt64(100)))]) }
      writer.addObsoletePacket(frames[0], drops: 50)
      writer.addObsoletePacket(frames[0], drops: 0xFFFF)
      #expect(try read(writer).row.interfaceDrops == 350)
      // Running totals hold these, too.
      writer.addStatistics(timestamp: Timestamp(seconds: 1), dropped: 400)
      #expect(try read(writer).row.interfaceDrops == 400)
    }
  }

  @Test func otherBlocksAreSkipped() throws {
    let frames = randomFrames(3, seed: 6)
    var writer = PcapNGWriter(options: [.comment("section")])
    writer.addInterface(options: [.interfaceName("eth0"), .comment("interface"), .init(0x8005, [1, 2, 3])])
    for (index, type) in [UInt32(4), 10, 0xBAD, 0x4000_0BAD, 0x7777, 0x8000_0001].enumerated() {
      writer.addBlock(type, [UInt8](repeating: 0xFF, count: index * 7))
      if index < 3 { writer.addPacket(frames[index], options: [.comment("packet")]) }
    }
    let (read, row) = try read(writer)
    #expect(read == expected(frames) && row.damage == nil)
  }

  /// Blocks that contradict themselves, each after one good packet, with a word of the sentence it must lead to.
  @Test(arguments: 0..<15)
  func corruptBlocks(_ number: Int) throws {
    let frame = randomFrames(1, seed: 7)[0]
    var writer = PcapNGWriter()
    writer.addInterface(.ethernet, snapLength: 65_535)
    writer.addPacket(frame)
    let offset = writer.bytes.count
    let zeros = [UInt8](repeating: 0, count: 20)
    let word: String
    switch number {
    case 0: (word, _) = ("differ", writer.addBlock(0xBAD, zeros, overrideTrailer: 36))
    case 1: (word, _) = ("no block can be", writer.addBlock(0xBAD, zeros, overrideLength: 8))
    case 2: (word, _) = ("no block can be", writer.addBlock(0xBAD, zeros, overrideLength: 30))
    case 3: (word, _) = ("no block can be", writer.addBlock(0xBAD, zeros, overrideLength: 0xFFFF_FFFC))
    case 4: (word, _) = ("too short", writer.addBlock(6, Array(zeros.prefix(16))))
    case 5: (word, _) = ("too short", writer.addBlock(3, []))
    case 6: (word, _) = ("too short", writer.addBlock(1, [1, 0, 0, 0]))
    case 7: (word, _) = ("too short", writer.addBlock(5, Array(zeros.prefix(8))))
    case 8: (word, _) = ("holds fewer", writer.addBlock(6, Array(zeros.prefix(12)) + writer.field(UInt64(1))))
    case 9: (word, _) = ("holds fewer", writer.addBlock(3, writer.field(UInt32(100)) + zeros))
    case 10: (word, _) = ("byte-order", writer.addBlock(0x0A0D_0D0A, zeros))
    case 11:
      let section = writer.field(UInt32(0x1A2B_3C4D)) + writer.field(UInt32(9)) + zeros
      (word, _) = ("version 9", writer.addBlock(0x0A0D_0D0A, section))
    case 12: (word, _) = ("wrong size", writer.addBlock(1, Array(zeros.prefix(8)) + [9, 0, 2, 0, 6, 6, 0, 0]))
    case 13: (word, _) = ("wrong size", writer.addBlock(1, Array(zeros.prefix(8)) + [14, 0, 1, 0, 6, 0, 0, 0]))
    default:
      (word, _) = ("longer than the block", writer.addBlock(1, Array(zeros.prefix(8)) + [2, 0, 5, 0, 6, 0, 0, 0]))
    }
    writer.addPacket(frame)
    let (read, row) = try read(writer)
    #expect(read == expected([frame]))
    let damage = try #require(row.damage)
    #expect(damage.frame == 2 && damage.offset == UInt64(offset) && damage.reason.contains(word), "\(damage.reason)")
  }

  @Test func interfacesAreBounded() throws {
    var writer = PcapNGWriter()
    writer.addInterface()
    let head = writer.bytes.count - 20
    let block = Array(writer.bytes[head...])
    var file = writer.bytes
    for _ in 0..<65_535 { file += block }
    #expect(try readAll([bench.write(file)], options: plainOptions).inputs.first?.damage == nil)
    let result = try readAll([bench.write(file + block)], options: plainOptions)
    #expect(result.inputs.first?.damage?.reason.contains("65536 interfaces") == true)
  }
}
