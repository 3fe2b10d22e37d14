public import Packets

/// The latest packets of a live capture: kept so that those of a flow can be written which nobody looked for when they came.
///
/// ```
///   buffers of LiveSource ──► [ piece ][ piece ][ piece ] ──► forgotten
///                               ▲ place: bytes since the capture began
/// ```
/// Holds pieces of about a megabyte, and at least the latest buffer. Not thread-safe.
public struct LookBack {
  /// A packet that is held.
  public struct Held {
    /// Where it is.
    public let place: UInt64
    /// Index of its interface.
    public let interface: Int
    /// When it was captured.
    public let time: Timestamp
  }

  private struct Piece {
    /// The place of its first byte.
    var start: UInt64
    var bytes: [UInt8]
  }

  private static let pieceLength = 1 << 20
  /// What stands for the type of a block that was taken.
  private static let taken: UInt32 = 0

  private let limit: Int
  /// The oldest first.
  private var pieces: [Piece] = []
  /// The place of the next buffer.
  public private(set) var end: UInt64 = 0

  /// Makes one that holds nothing.
  ///
  /// - Parameter byteCount: Bytes to hold, rounded up to a megabyte.
  public init(byteCount: Int) { limit = max(1, (byteCount + Self.pieceLength - 1) / Self.pieceLength) }

  /// Takes a buffer; what does not fit any more is forgotten, the oldest first.
  ///
  /// - Parameter buffer: Packet blocks, as `LiveSource.nextFrames` gives them.
  /// - Complexity: O(n) in its bytes and the pieces held.
  public mutating func append(_ buffer: RawSpan) {
    if let last = pieces.last, last.bytes.count + buffer.byteCount <= Self.pieceLength {
      pieces[pieces.count - 1].bytes.append(copying: buffer)
    } else {
      // The memory of the oldest piece serves for the newest.
      var bytes = pieces.count >= limit ? pieces.removeFirst().bytes : []
      bytes.removeAll(keepingCapacity: true)
      bytes.reserveCapacity(Self.pieceLength)
      bytes.append(copying: buffer)
      pieces.append(Piece(start: end, bytes: bytes))
    }
    end += UInt64(buffer.byteCount)
  }

  /// When the oldest packet that is held was captured.
  public var oldest: Timestamp? {
    pieces.first.flatMap { $0.bytes.isEmpty ? nil : $0.bytes.withRawSpan { Self.time($0, at: 0) } }
  }

  /// Takes a packet out.
  ///
  /// - Parameters:
  ///   - place: Where the packet's frame begins.
  ///   - body: Receives its block.
  /// - Returns: False if it is not held any more, or was taken.
  /// - Complexity: O(log n) in the pieces, O(n) in the packet's bytes.
  public mutating func take(_ place: UInt64, _ body: (RawSpan) -> Void) -> Bool {
    guard place >= UInt64(PcapngBlocks.packetHeader) else { return false }
    let start = place - UInt64(PcapngBlocks.packetHeader)
    guard let index = piece(at: start) else { return false }
    let offset = Int(start - pieces[index].start)
    let isHeld = pieces[index].bytes.withRawSpan { bytes in
      guard bytes.uint32(at: offset) != Self.taken else { return false }
      body(bytes.extracting(offset..<offset + Int(bytes.uint32(at: offset + 4))))
      return true
    }
    for byte in offset..<offset + 4 { pieces[index].bytes[byte] = 0 }
    return isHeld
  }

  /// The piece in which a place lies; nothing if it is held no more.
  private func piece(at place: UInt64) -> Int? {
    var (low, high) = (0, pieces.count)
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].start <= place { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? low - 1 : nil
  }

  /// Shows packets that are held and were not taken, in the order in which they came.
  ///
  /// - Parameters:
  ///   - start: Where to begin: 0, or what this returned.
  ///   - limit: Bytes after which to stop.
  ///   - body: Receives each packet and its bytes.
  /// - Returns: Where to go on; `end` if all were shown.
  /// - Complexity: O(log n) in the pieces held, and O(`limit`).
  @discardableResult
  public func forEach(from start: UInt64 = 0, limit: Int = .max, _ body: (Held, RawSpan) -> Void) -> UInt64 {
    // What lay at the start may be forgotten.
    var next = max(start, pieces.first?.start ?? end)
    var left = limit
    for piece in pieces[(piece(at: next) ?? pieces.count)...] {
      piece.bytes.withRawSpan { bytes in
        var offset = Int(next - piece.start)
        while offset < bytes.byteCount, left > 0 {
          let frame = offset + PcapngBlocks.packetHeader
          if bytes.uint32(at: offset) != Self.taken {
            let held = Held(
              place: piece.start + UInt64(frame), interface: Int(bytes.uint32(at: offset + 8)),
              time: Self.time(bytes, at: offset))
            body(held, bytes.extracting(frame..<frame + Int(bytes.uint32(at: offset + 20))))
          }
          let length = Int(bytes.uint32(at: offset + 4))
          offset += length
          left -= length
        }
        next = piece.start + UInt64(offset)
      }
      if left <= 0 { break }
    }
    return next
  }

  private static func time(_ bytes: RawSpan, at block: Int) -> Timestamp {
    let units = UInt64(bytes.uint32(at: block + 12)) << 32 | UInt64(bytes.uint32(at: block + 16))
    return Timestamp(nanoseconds: Int64(bitPattern: units))
  }
}
