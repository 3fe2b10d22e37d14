import Capture
import Catalog
import Flows
import Packets

/// The packets of a live capture on their way to files: all of them, or those of watched flows.
final class LiveRecord {
  /// Writes them.
  let recorder: PacketRecorder
  /// Whether all packets are written.
  let takesAll: Bool
  private let looksBack: Bool
  private var lookBack: LookBack
  /// Looks for held packets that the next catalog covers; where it goes on, and what was held when it last did.
  private var search: (frames: FrameSearch, start: UInt64, end: UInt64)?
  private let linkTypes: [LinkType]

  /// Begins the first file.
  ///
  /// - Parameters:
  ///   - source: Where packets come from.
  ///   - folder: Where files go.
  ///   - arguments: Which packets are written.
  /// - Throws: `CaptureError` with code `unwritable`.
  init(of source: LiveSource, in folder: String, _ arguments: RecordArguments) throws(CaptureError) {
    recorder = try PacketRecorder(folder: folder, preamble: source.preamble, options: arguments.rotation)
    takesAll = arguments.writePackets == .all
    looksBack = !takesAll && arguments.lookBack > 0
    lookBack = LookBack(byteCount: arguments.lookBack << 20)
    linkTypes = source.inputs.map { $0.linkTypes.first ?? .ethernet }
  }

  /// Where the next buffer begins in all that is recorded.
  var end: UInt64 { lookBack.end }

  /// Writes what is wanted of a buffer that the table has seen.
  ///
  /// - Parameters:
  ///   - buffer: Packet blocks.
  ///   - table: Tells which frames belong to watched flows.
  func take(_ buffer: RawSpan, _ table: inout FlowTable) {
    guard !takesAll else { return recorder.append(buffer) }
    lookBack.append(buffer)
    table.takeWatchedFrames { _ = lookBack.take($0, recorder.append) }
  }

  /// Begins to look for held packets that another catalog covers.
  ///
  /// - Parameter prefixes: The prefixes of the catalog.
  func prepare(_ prefixes: PrefixTable) {
    if looksBack { search = (FrameSearch(prefixes: prefixes), 0, lookBack.end) }
  }

  /// Looks at more of what is held: at a piece, and as much as came since.
  ///
  /// - Parameter piece: Bytes; 2^20 take about two milliseconds.
  /// - Returns: Whether all was looked at.
  func lookOn(piece: Int = 1 << 20) -> Bool {
    guard var (frames, start, end) = search.take() else { return true }
    let limit = piece.addingReportingOverflow(Int(lookBack.end - end))
    start = lookBack.forEach(from: start, limit: limit.overflow ? .max : limit.partialValue) { held, bytes in
      frames.look(at: bytes, linkType: linkTypes[held.interface], held.time, place: held.place)
    }
    end = lookBack.end
    search = (frames, start, end)
    return start == end
  }

  /// Lets the catalog that was prepared say which flows are watched, and writes what is held of those that were not, into a
  /// file that begins with them: each file is in the order of time, and `analyze` reads several as one stream.
  ///
  /// - Parameters:
  ///   - table: Takes its prefixes.
  ///   - record: Where packets are written; nothing where none are.
  /// - Returns: What is to be said of it; nothing where nothing is.
  static func replace(of table: inout FlowTable, _ record: LiveRecord?) -> String? {
    let since = record?.oldest
    let flows = table.replace(comparedWith: since)
    guard let record, let since else { return nil }
    let written = record.writeFound()
    guard written > 0 || flows.newlyCovered > 0 else { return nil }
    return "\(written) packets from before that it covers are written, back to \(since). \(flows.newlyCovered) flows "
      + "that go on are in ranges now and were not; \(flows.begunBefore) of them began earlier, so that their first packets are gone "
      + "(--look-back)."
  }

  /// When the oldest packet was captured that is written if another catalog covers it.
  private var oldest: Timestamp? { looksBack ? lookBack.oldest : nil }

  private func writeFound() -> Int {
    _ = lookOn(piece: .max)
    let places = search?.frames.places() ?? []
    search = nil
    if !places.isEmpty { recorder.beginFile() }
    var written = 0
    for place in places where lookBack.take(place, recorder.append) { written += 1 }
    return written
  }
}
