import Flows
import Foundation
import GRDB
import Packets

/// A row of `flow` that waits to be written: a tenth of the room that the record takes.
struct FlowRow: Sendable {
  private let first: Int64
  private let last: Int64
  private let originator: IPAddress
  private let responder: IPAddress
  private let ports: Int64
  private let ipProtocol: UInt8
  private let marks: Int64
  private let fields: [UInt8]

  /// Inserts a row with `values`.
  static let insertion = """
    INSERT INTO flow (run, first, last, originator, responder, ports, protocol, marks, fields)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    """

  /// Makes the row of a flow.
  init(_ record: FlowRecord) {
    (first, last) = (record.firstPacket.nanoseconds, record.lastPacket.nanoseconds)
    (originator, responder) = (record.originator.address, record.responder.address)
    ports = Int64(record.originator.port) << 16 | Int64(record.responder.port)
    (ipProtocol, marks, fields) = (record.ipProtocol.rawValue, FlowMarks(record).rawValue, record.fields)
  }

  /// The values of the row but for its id.
  func values(run: Int64) -> [DatabaseValue] {
    [
      run.databaseValue, first.databaseValue, last.databaseValue, originator.column, responder.column,
      ports.databaseValue, Int64(ipProtocol).databaseValue, marks.databaseValue, Data(fields).databaseValue,
    ]
  }
}
