import Packets

/// What a SYN tells of the host that sent it: a mark of its operating system and path, not of who uses it.
///
/// Hosts of equal software on like paths send equal tuples. Read from the frame itself, as a packet keeps no order of
/// options.
public struct SYNTuple: Hashable, Sendable, BitwiseCopyable {
  /// Options that are told apart.
  private static let optionLimit = 16

  /// The initial TTL that the TTL seen suggests: 32, 64, 128 or 255.
  public let initialTTL: UInt8
  /// The window in bytes, not scaled.
  public let window: UInt16
  /// The maximum segment size; 0 if it is not said.
  public let maximumSegmentSize: UInt16
  /// The shift of the window scale; nothing if it is not said.
  public let windowScale: UInt8?
  /// The kinds of the options in their order, four bits each, the first lowest; kinds above 14 are 15.
  private let options: UInt64
  private let optionCount: UInt8

  /// Reads a SYN.
  ///
  /// - Parameters:
  ///   - packet: The packet, whose transport header is TCP's.
  ///   - frame: The frame it came from.
  init(_ packet: Packet, frame: RawSpan) {
    initialTTL = Self.classes.first { packet.timeToLive <= $0 } ?? 255
    window = packet.tcp.window
    maximumSegmentSize = packet.tcp.maximumSegmentSize
    windowScale = packet.flags.contains(.tcpWindowScale) ? packet.tcp.windowScale : nil
    var (kinds, count) = (UInt64(0), 0)
    let end = min(Int(packet.payloadOffset), frame.byteCount)
    var offset = Int(packet.transportOffset) + 20
    while offset < end, count < Self.optionLimit {
      let kind = frame.uint8(at: offset)
      kinds |= UInt64(min(kind, 15)) << UInt64(4 * count)
      count += 1
      if kind == 0 { break }
      if kind == 1 {
        offset += 1
        continue
      }
      guard offset + 1 < end, frame.uint8(at: offset + 1) >= 2 else { break }
      offset += Int(frame.uint8(at: offset + 1))
    }
    options = kinds
    optionCount = UInt8(count)
  }

  private static let classes: [UInt8] = [32, 64, 128]

  /// `64:29200,7:1460:2-4-8-1-3`: initial TTL, window and scale, maximum segment size, option kinds; `-` for what is not said.
  public var text: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the tuple's text.
  ///
  /// - Parameter bytes: Receives it.
  package func append(to bytes: inout [UInt8]) {
    func append(_ value: UInt64?, _ end: Unicode.Scalar) {
      if let value { bytes.appendDecimal(value) } else { bytes.append(UInt8(ascii: "-")) }
      bytes.append(UInt8(ascii: end))
    }
    append(UInt64(initialTTL), ":")
    append(UInt64(window), ",")
    append(windowScale.map { UInt64($0) }, ":")
    append(maximumSegmentSize == 0 ? nil : UInt64(maximumSegmentSize), ":")
    for place in 0..<max(1, UInt64(optionCount)) {
      append(optionCount == 0 ? nil : options >> (4 * place) & 15, "-")
    }
    bytes.removeLast()
  }
}

extension SYNTuple {
  /// Writes the tuple, for a record at rest.
  func write(to fields: inout FieldWriter) {
    fields.append(UInt64(initialTTL))
    fields.append(UInt64(window))
    fields.append(UInt64(maximumSegmentSize))
    fields.append(windowScale.map { UInt64($0) })
    fields.append(options)
    fields.append(UInt64(optionCount))
  }

  /// Reads what `write(to:)` wrote.
  init(from fields: inout FieldReader) throws(FieldReader.Failure) {
    initialTTL = try fields.number(as: UInt8.self)
    window = try fields.number(as: UInt16.self)
    maximumSegmentSize = try fields.number(as: UInt16.self)
    let scale = try fields.optional()
    guard scale ?? 0 <= UInt64(UInt8.max) else { throw FieldReader.Failure() }
    windowScale = scale.map { UInt8(truncatingIfNeeded: $0) }
    options = try fields.number()
    optionCount = try fields.number(as: UInt8.self)
    guard optionCount <= Self.optionLimit else { throw FieldReader.Failure() }
  }
}
