import Capture
import Catalog
import Flows
import Foundation
import Packets
import TestSupport

@testable import CaseStore

/// The flows of the committed captures, as a run with the demonstration catalog records them.
enum Recorded {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func catalog() throws -> Catalog {
    try Catalog(paths: [root.appending(path: "Config/demonstration.yaml").path])
  }

  static func flows(_ catalog: Catalog) throws -> [FlowRecord] {
    var reading = CaptureOptions()
    reading.hashesInputs = false
    reading.threads = 0
    var source = try CaptureSource(paths: [root.appending(path: "Captures").path], options: reading)
    var options = FlowTableOptions()
    options.sensors = catalog.sensors
    options.activeTimeout = 3_000_000_000
    var table = FlowTable(
      options: options, prefixes: catalog.prefixes,
      captureStart: source.firstPacketTime ?? Timestamp(nanoseconds: 0))
    let decoder = Decoder()
    while try source.nextBatch({ frames, bytes in
      for index in frames.indices {
        let frame = frames[index]
        let content = bytes.extracting(frame.range)
        var packet = Packet()
        packet.timestamp = frame.timestamp
        guard decoder.decode(content, linkType: frame.linkType, wireLength: frame.wireLength, into: &packet) == nil
        else { continue }
        table.observe(&packet, frame: content, file: frame.file, number: frame.number, decoder: decoder)
      }
    }) {}
    table.finish()
    var records: [FlowRecord] = []
    table.drain { records.append($0) }
    return records
  }

  /// Everything that a record holds, as text.
  static func text(_ record: FlowRecord) -> String {
    var text = ""
    dump(record, to: &text)
    return text
  }

  /// The record from its columns and fields.
  static func reread(_ record: FlowRecord, fields: [UInt8]? = nil) throws -> FlowRecord {
    var copy = FlowRecord(
      originator: record.originator, responder: record.responder, ipProtocol: record.ipProtocol,
      firstPacket: record.firstPacket, lastPacket: record.lastPacket)
    try copy.read(fields: fields ?? record.fields)
    return copy
  }
}

/// A path in a folder of its own, which goes with it.
final class TemporaryCase {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "ascribe-case-\(UUID().uuidString)")
  var path: String { folder.appending(path: "case.db").path }

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: folder) }
}
