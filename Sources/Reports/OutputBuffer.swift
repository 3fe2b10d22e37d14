import Flows
import Packets

/// Receives the bytes of a rendered report or log, in order, in pieces of some ten thousand bytes.
///
/// An error that it throws ends the rendering and reaches the caller.
public typealias ByteSink = (_ bytes: [UInt8]) throws -> Void

/// Bytes on their way to a sink: the one place through which every format is written.
///
/// The buffer is reused, so that a row costs no allocation.
struct OutputBuffer {
  private static let threshold = 1 << 16

  private(set) var bytes: [UInt8] = []
  private let sink: ByteSink

  init(sink: @escaping ByteSink) {
    self.sink = sink
    bytes.reserveCapacity(Self.threshold + 1 << 12)
  }

  /// Hands the bytes over if there are enough of them; called between rows.
  mutating func flushIfFull() throws {
    if bytes.count >= Self.threshold { try flush() }
  }

  mutating func flush() throws {
    guard !bytes.isEmpty else { return }
    try sink(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  /// Takes the bytes out, which reach no sink.
  mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// Appends a piece that is long enough to be handed over by itself.
  mutating func append(piece: [UInt8]) throws {
    try flush()
    try sink(piece)
  }

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  /// Appends text as it is: the program's own words, or text that was made safe.
  mutating func append(_ text: String) {
    append(text.utf8Span.span)
  }

  /// Appends the bytes of such text.
  mutating func append(_ text: Span<UInt8>) { bytes.append(copying: text) }

  mutating func append(decimal value: UInt64, minimumDigits: Int = 1) {
    bytes.appendDecimal(value, digits: minimumDigits)
  }

  /// Appends nanoseconds as seconds with nine decimals.
  mutating func append(seconds nanoseconds: Int64) {
    if nanoseconds < 0 { append(UInt8(ascii: "-")) }
    append(decimal: nanoseconds.magnitude / 1_000_000_000)
    append(UInt8(ascii: "."))
    append(decimal: nanoseconds.magnitude % 1_000_000_000, minimumDigits: 9)
  }

  /// Appends seconds with six decimals, as Zeek writes times and intervals.
  mutating func append(epoch time: Timestamp) { time.appendEpoch(to: &bytes) }

  /// Appends a moment as RFC 3339 in UTC with nanoseconds.
  mutating func append(_ time: Timestamp) { time.append(to: &bytes) }

  mutating func append(_ address: IPAddress) { address.append(to: &bytes) }

  mutating func append(_ syn: SYNTuple) { syn.append(to: &bytes) }
}
