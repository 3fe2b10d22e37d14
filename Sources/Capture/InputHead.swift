import Packets

/// What one look at an input tells; the input is closed again, unless it can be read only once.
struct InputHead {
  /// The input's row as far as it is known.
  let row: CaptureInput
  /// Whether it is a regular file that ends where it ended when it was opened.
  let isFile: Bool
  private let location: InputLocation
  // Kept only for an input that can be read only once.
  private let openReader: InputReader?

  /// Looks at an input: recognises it and finds its first packet.
  ///
  /// - Parameters:
  ///   - location: Where it lies.
  ///   - count: How many inputs there are.
  ///   - options: How to read.
  /// - Throws: `CaptureError` with code `unreadable` or `notACapture`.
  init(_ location: InputLocation, of count: Int, options: CaptureOptions) throws(CaptureError) {
    let reader = try InputReader(
      location, of: count, options, isLook: true, usesThread: options.threads > 1)
    let time = reader.peek()
    var row = CaptureInput(name: location.name)
    row.byteCount = UInt64(reader.source?.byteCount ?? 0)
    row.format = reader.walker.format
    row.compression = reader.compression
    row.linkTypes = reader.walker.linkTypes
    row.firstPacket = time.map { Timestamp(nanoseconds: $0) }
    row.firstFrame = row.firstPacket
    self.row = row
    self.location = location
    isFile = reader.source != nil
    openReader = isFile ? nil : reader
  }

  /// The time of the first frame, in nanoseconds; the latest possible if there is none.
  var time: Int64 { row.firstPacket?.nanoseconds ?? .max }

  /// The canonical order of inputs: time of the first packet, those without packets last; then name.
  func precedes(_ other: InputHead) -> Bool {
    guard row.firstPacket == other.row.firstPacket else {
      return row.firstPacket != nil && (other.row.firstPacket == nil || time < other.time)
    }
    return row.name.utf8.lexicographicallyPrecedes(other.row.name.utf8)
  }

  /// Opens the input for good.
  ///
  /// - Parameters:
  ///   - file: Its index in canonical order.
  ///   - count: How many inputs there are.
  ///   - options: How to read.
  ///   - usesThread: Whether it may decompress on a thread of its own.
  /// - Returns: Its reader, at the first frame.
  /// - Throws: `CaptureError` if it was removed or changed since the look.
  func open(
    file: UInt32, of count: Int, options: CaptureOptions, usesThread: Bool
  ) throws(CaptureError) -> InputReader {
    let reader: InputReader
    if let openReader {
      reader = openReader
    } else {
      reader = try InputReader(location, of: count, options, isLook: false, usesThread: usesThread)
    }
    reader.file = file
    return reader
  }
}
