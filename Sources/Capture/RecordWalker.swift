import Packets

/// Walks the records of a capture in either container format.
package struct RecordWalker {
  private var pcap: PcapWalker?
  private var pcapng: PcapngWalker?

  /// The container format.
  package let format: CaptureInput.Format
  /// Offset of the first record.
  package let firstRecord: Int

  /// A walker that stands in for one that is in use elsewhere.
  init() { (format, firstRecord) = (.pcap, 0) }

  /// Recognises a capture by its first bytes and reads its header.
  ///
  /// - Parameters:
  ///   - bytes: The first bytes of the uncompressed capture: all, or at least 24.
  ///   - problem: Receives a clause that says why this is no capture, if it is none.
  package init?(_ bytes: RawSpan, problem: inout String) {
    if PcapngWalker.recognises(bytes) {
      guard bytes.byteCount >= PcapngWalker.headerLength else {
        problem = "it ends inside its section header"
        return nil
      }
      format = .pcapng
      pcapng = PcapngWalker()
      firstRecord = 0
    } else if PcapWalker.recognises(bytes) {
      guard bytes.byteCount >= PcapWalker.headerLength else {
        problem = "it ends inside its file header"
        return nil
      }
      guard let walker = PcapWalker(header: bytes, problem: &problem) else { return nil }
      format = .pcap
      pcap = walker
      firstRecord = PcapWalker.headerLength
    } else {
      problem = bytes.byteCount == 0 ? "it is empty" : ForeignFormat.describe(bytes)
      return nil
    }
  }

  /// The link types of all interfaces so far, each once, in order of appearance.
  var linkTypes: [LinkType] { pcapng?.linkTypes ?? pcap.map { [$0.linkType] } ?? [] }

  /// How many link types there are so far.
  var linkTypeCount: Int { pcapng?.linkTypes.count ?? 1 }

  /// Packets that the interfaces say were dropped, or nothing if none says.
  var interfaceDrops: UInt64? { pcapng?.interfaceDrops }

  /// Frames without a time of their own.
  var untimedCount: UInt64 { pcapng?.untimedCount ?? 0 }

  /// How records are read where nothing is special about them.
  var plain: PlainRecords { pcap?.plain ?? pcapng?.plain ?? PlainRecords() }

  /// Takes the time of the last frame that was read without the walker.
  mutating func take(lastTime: Int64) { pcapng?.lastTime = lastTime }

  /// Reads a record as `PcapWalker.next` and `PcapngWalker.next` do.
  @inline(__always)
  package mutating func next(
    _ bytes: RawSpan, _ position: inout Int, limit: Int64, isFull: Bool, pause: inout WalkPause?
  ) -> CaptureRecord? {
    if let pcap { return pcap.next(bytes, &position, limit: limit, isFull: isFull, pause: &pause) }
    return pcapng?.next(bytes, &position, limit: limit, isFull: isFull, pause: &pause)
  }
}

/// Words for what a file is that is no capture.
enum ForeignFormat {
  private static let known: [(magic: [UInt8], name: String)] = [
    (Array("BZh".utf8), "it is compressed with bzip2; decompress it first"),
    (Array("PK".utf8) + [3, 4], "it is a zip archive; unpack it first"),
    ([0x1F, 0x9D], "it is compressed with compress(1); decompress it first"),
    ([0x02, 0x21, 0x4C, 0x18], "it is an LZ4 file of the legacy format; decompress it first"),
    (Array("snoop".utf8) + [0, 0, 0], "it is a snoop capture; convert it to pcapng first"),
    (Array("GMBU".utf8), "it is a Network Monitor capture; convert it to pcapng first"),
    (Array("RTSS".utf8), "it is a Network Monitor capture; convert it to pcapng first"),
  ]

  /// A clause that says what a file is, by its first bytes.
  static func describe(_ bytes: RawSpan) -> String {
    for format in known where bytes.byteCount >= format.magic.count {
      if format.magic.indices.allSatisfy({ bytes.uint8(at: $0) == format.magic[$0] }) { return format.name }
    }
    return "its first bytes are those of no known capture format"
  }
}
