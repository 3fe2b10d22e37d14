import Flows
import Foundation
import GRDB
import Packets

/// A row of `flow`.
struct StoredFlow {
  /// The columns, in the order in which `init(_:)` reads them.
  static let columns = "id, run, first, last, originator, responder, ports, protocol, marks, fields"

  let id: Int64
  let run: Int64
  let marks: FlowMarks
  /// The flow as its packets showed it; sensor and file of the citations count within the run, and nothing covers it yet.
  var record: FlowRecord

  /// Reads a row.
  ///
  /// - Parameter row: Its columns.
  /// - Throws: `FieldReader.Failure`, or what GRDB says of a missing value, if they are not those of a flow.
  init(_ row: Row) throws {
    id = try row.value(0)
    run = try row.value(1)
    marks = FlowMarks(rawValue: try row.value(8))
    let ports: Int64 = try row.value(6)
    record = FlowRecord(
      originator: Endpoint(
        address: try IPAddress(column: row[4]), port: UInt16(truncatingIfNeeded: ports >> 16)),
      responder: Endpoint(address: try IPAddress(column: row[5]), port: UInt16(truncatingIfNeeded: ports)),
      ipProtocol: IPProtocol(rawValue: UInt8(truncatingIfNeeded: try row.value(7) as Int64)),
      firstPacket: Timestamp(nanoseconds: try row.value(2)), lastPacket: Timestamp(nanoseconds: try row.value(3)))
    try record.read(fields: Array(try row.value(9) as Data))
  }
}
