import Inspection
import Packets

/// The first datagrams of a watched UDP flow, until they are read.
struct DatagramContent: PooledContent {
  private var datagrams: [(bytes: [UInt8], isForward: Bool)] = []
  /// Bytes of the datagrams.
  private(set) var footprint = 0
  private var application: ApplicationFacts?

  /// Whether nothing more is wanted.
  var isOver: Bool { application != nil }

  /// Takes a datagram.
  ///
  /// - Parameters:
  ///   - payload: What the capture holds of its payload.
  ///   - isForward: Whether the sender of the flow's first packet sent it.
  ///   - reader: Reads the content.
  /// - Returns: Whether there is room for no more.
  mutating func take(_ payload: RawSpan, isForward: Bool, reader: ContentReader) -> Bool {
    guard application == nil, payload.byteCount > 0 else { return false }
    let part = payload.extracting(0..<min(payload.byteCount, max(0, reader.limit - footprint)))
    datagrams.append(([UInt8](copying: part), isForward))
    footprint += part.byteCount
    return datagrams.count >= ContentReader.datagramLimit || footprint >= reader.limit
  }

  /// What the content says so far.
  ///
  /// - Parameters:
  ///   - sourceIsOriginator: Whether the sender of the flow's first packet is the originator, as known by now.
  ///   - reader: Reads the content.
  /// - Returns: What it says.
  func application(sourceIsOriginator: Bool, reader: ContentReader) -> ApplicationFacts {
    application
      ?? reader.read(
        datagrams.map { Datagram(bytes: $0.bytes, isFromOriginator: $0.isForward == sourceIsOriginator) })
  }

  /// Reads what is there; no more is taken.
  mutating func end(sourceIsOriginator: Bool, reader: ContentReader) {
    application = application(sourceIsOriginator: sourceIsOriginator, reader: reader)
    datagrams = []
    footprint = 0
  }
}
