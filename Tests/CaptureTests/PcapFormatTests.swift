import Capture
import Packets
import TestSupport
import Testing

/// The variants of the classic pcap format.
@Suite struct PcapFormatTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  /// A file header with any fields.
  func header(
    _ magic: UInt32, _ order: ByteOrder = .little, version: (UInt16, UInt16) = (2, 4), snapLength: UInt32 = 65_535,
    network: UInt32 = 1
  ) -> [UInt8] {
    bytes(of: magic, order) + bytes(of: version.0, order) + bytes(of: version.1, order)
      + [UInt8](repeating: 0, count: 8) + bytes(of: snapLength, order) + bytes(of: network, order)
  }

  /// A record with any fields.
  func record(_ fields: [UInt32], extra: Int = 0, _ content: [UInt8], _ order: ByteOrder = .little) -> [UInt8] {
    fields.flatMap { bytes(of: $0, order) } + [UInt8](repeating: 0xEE, count: extra) + content
  }

  @Test(arguments: [ByteOrder.little, .big], CaptureWriter.Resolution.allCases)
  func ordinary(order: ByteOrder, resolution: CaptureWriter.Resolution) throws {
    let unit: Int64 = resolution == .microseconds ? 1_000 : 1
    let frames = randomFrames(1_000, seed: 1, unit: unit)
    let path = try bench.write(CaptureWriter.pcap(frames, order: order, resolution: resolution))
    let result = try readAll([path])
    #expect(result.frames == expected(frames))
    #expect(result.largestBatch == 256)
    let row = try #require(result.inputs.first)
    #expect(row.format == .pcap && row.compression == nil && row.damage == nil && row.linkTypes == [.ethernet])
    #expect(row.packetCount == 1_000 && row.filteredCount == 0 && row.interfaceDrops == nil)
    #expect(row.truncatedCount == UInt64(frames.count { $0.bytes.count < $0.wireLength }))
    #expect(row.firstPacket == frames.first?.timestamp && row.lastPacket == frames.last?.timestamp)
    #expect(result.firstPacketTime == frames.first?.timestamp)
  }

  @Test(arguments: [ByteOrder.little, .big])
  func modified(order: ByteOrder) throws {
    for (magic, nanoseconds) in [(UInt32(0xA1B2_CD34), Int64(7_000)), (0xA1E2_CB12, 7)] {
      let file =
        header(magic, order) + record([5, 7, 3, 9], extra: 8, [1, 2, 3], order)
        + record([6, 7, 0, 0], extra: 8, [], order)
      let result = try readAll([bench.write(file)])
      #expect(result.frames.map(\.bytes) == [[1, 2, 3], []])
      #expect(result.frames.map(\.time) == [5_000_000_000 + nanoseconds, 6_000_000_000 + nanoseconds])
      #expect(result.frames.first?.wireLength == 9)
    }
  }

  @Test func lengthsOfOldVersions() throws {
    // 2.2: the wire length stands first. 2.3: either may. 2.4: the captured length stands first.
    let file = { (minor: UInt16, lengths: [UInt32]) in
      self.header(0xA1B2_C3D4, version: (2, minor)) + self.record([1, 0] + lengths, [1, 2])
    }
    for (minor, lengths) in [(UInt16(2), [UInt32(60), 2]), (3, [60, 2]), (3, [2, 60]), (4, [2, 60])] {
      let result = try readAll([bench.write(file(minor, lengths))])
      #expect(result.frames.map(\.bytes) == [[1, 2]] && result.frames.first?.wireLength == 60)
    }
    let wrong = try readAll([bench.write(file(4, [60, 2]))])
    #expect(wrong.frames.isEmpty && wrong.inputs.first?.damage?.frame == 1)
  }

  @Test func unknownVersionsAndLinkTypes() throws {
    for version in [(UInt16(2), UInt16(5)), (1, 4), (3, 0)] {
      let path = try bench.write(header(0xA1B2_C3D4, version: version))
      #expect { try readAll([path]) } throws: { ($0 as? CaptureError)?.code == .notACapture }
    }
    let reserved = try bench.write(header(0xA1B2_C3D4, network: 0x0001_0001))
    #expect { try readAll([reserved]) } throws: { ($0 as? CaptureError)?.code == .notACapture }
    // The length of the frame check sequence stands above the link type.
    let checked = try readAll([bench.write(header(0xA1B2_C3D4, network: 0x2400_0001))])
    #expect(checked.inputs.first?.linkTypes == [.ethernet])
  }

  @Test func lastMoment() throws {
    let file = header(0xA1B2_C3D4) + record([.max, .max, 0, 0], [])
    let result = try readAll([bench.write(file)])
    #expect(result.frames.map(\.time) == [Int64(UInt32.max) * 1_000_000_000 + Int64(UInt32.max) * 1_000])
  }

  @Test func capturedLengthBounds() throws {
    let content = [UInt8](repeating: 7, count: 300_000)
    // Longer than the snap length is what some tools write, up to what libpcap itself can write.
    for (snapLength, length, isRead) in [
      (UInt32(96), 262_144, true), (96, 262_145, false), (300_000, 300_000, true), (0, 300_000, false),
      (.max, 300_000, true),
    ] {
      let file =
        header(0xA1B2_C3D4, snapLength: snapLength) + record([1, 0, 1, 1], [9])
        + record([2, 0, UInt32(length), UInt32(length)], Array(content.prefix(length)))
      let result = try readAll([bench.write(file)])
      #expect(result.frames.count == (isRead ? 2 : 1))
      let damage = try #require(result.inputs.first).damage
      #expect(damage.map(\.frame) == (isRead ? nil : 2) && damage.map(\.offset) == (isRead ? nil : 41))
    }
    let huge = header(0xA1B2_C3D4, snapLength: .max) + record([1, 0, 0x7FFF_FFFF, 0x7FFF_FFFF], content)
    let result = try readAll([bench.write(huge)])
    let reason = try #require(result.inputs.first?.damage?.reason)
    #expect(reason.contains("2147483647") && reason.contains("the last 300016 bytes were not read"))
  }

  @Test func withoutPackets() throws {
    let result = try readAll([bench.write(header(0xA1B2_C3D4))])
    #expect(result.frames.isEmpty && result.inputs.first?.damage == nil && result.firstPacketTime == nil)
    #expect(result.inputs.first?.format == .pcap && result.inputs.first?.sha256?.count == 64)
  }
}
