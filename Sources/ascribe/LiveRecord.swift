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

  /// Lets another catalog say which flows are watched, and writes what is held of those that were not, into a file that
  /// begins with them: each file is in the order of time, and `analyze` reads several as one stream.
  ///
  /// - Parameters:
  ///   - prefixes: The prefixes of the catalog.
  ///   - table: Takes them.
  ///   - record: Where packets are written; nothing where none are.
  /// - Returns: What is to be said of it; nothing where nothing is.
  static func replace(_ prefixes: PrefixTable, of table: inout FlowTable, _ record: LiveRecord?) -> String? {
    let since = record?.oldest
    let flows = table.replace(prefixes, comparedWith: since)
    guard let record, let since else { return nil }
    let written = record.writeHeld(coveredBy: prefixes)
    guard written > 0 || flows.newlyCovered > 0 else { return nil }
    return "\(written) packets from before that it covers are written, back to \(since). \(flows.newlyCovered) flows "
      + "that go on are in ranges now and were not; \(flows.begunBefore) of them began earlier, so that their first packets are gone "
      + "(--look-back)."
  }

  /// When the oldest packet was captured that is written if another catalog covers it.
  private var oldest: Timestamp? { looksBack ? lookBack.oldest : nil }

  private func writeHeld(coveredBy prefixes: PrefixTable) -> Int {
    var search = FrameSearch(prefixes: prefixes)
    lookBack.forEach { held, bytes in
      search.look(at: bytes, linkType: linkTypes[held.interface], held.time, place: held.place)
    }
    let places = search.places()
    if !places.isEmpty { recorder.beginFile() }
    var written = 0
    for place in places where lookBack.take(place, recorder.append) { written += 1 }
    return written
  }
}
