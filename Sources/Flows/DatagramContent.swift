import Inspection
import Packets

/// The first datagrams of a watched UDP flow, until they are read.
struct DatagramContent: PooledContent {
  /// As if the sender of the flow's first packet were the originator.
  private var datagrams: [Datagram] = []
  /// Bytes of the datagrams, and then of what they say.
  private(set) var footprint = 0
  /// What they say, once they are read.
  private var application = ApplicationFacts() {
    didSet { footprint = application.footprint }
  }
  /// Whether they are read: nothing more is wanted.
  private(set) var isOver = false

  /// Takes a datagram.
  ///
  /// - Parameters:
  ///   - payload: What the capture holds of its payload.
  ///   - isForward: Whether the sender of the flow's first packet sent it.
  ///   - reader: Reads the content.
  /// - Returns: Whether there is room for no more.
  mutating func take(_ payload: RawSpan, isForward: Bool, reader: ContentReader) -> Bool {
    guard !isOver, payload.byteCount > 0 else { return false }
    let part = payload.extracting(0..<min(payload.byteCount, max(0, reader.limit - footprint)))
    datagrams.append(Datagram(bytes: [UInt8](copying: part), isFromOriginator: isForward))
    footprint += part.byteCount
    return datagrams.count >= ContentReader.datagramLimit || footprint >= reader.limit
  }

  /// What the content says so far.
  ///
  /// Inlined: the content would be copied to be asked out of line.
  ///
  /// - Parameters:
  ///   - sourceIsOriginator: Whether the sender of the flow's first packet is the originator, as known by now.
  ///   - reader: Reads the content.
  /// - Returns: What it says.
  @inline(__always)
  func application(sourceIsOriginator: Bool, reader: ContentReader) -> ApplicationFacts {
    if isOver { return application }
    return reader.read(
      sourceIsOriginator
        ? datagrams : datagrams.map { Datagram(bytes: $0.bytes, isFromOriginator: !$0.isFromOriginator) })
  }

  /// Reads what is there; no more is taken.
  mutating func end(sourceIsOriginator: Bool, reader: ContentReader) {
    application = application(sourceIsOriginator: sourceIsOriginator, reader: reader)
    isOver = true
    datagrams = []
  }

  mutating func forget() { (datagrams, application, isOver) = ([], ApplicationFacts(), true) }
}
