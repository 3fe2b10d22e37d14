import Assessment
import Catalog
import Flows
import Packets

/// Writes flows as rows of one format.
struct FlowRowWriter: ~Copyable {
  let format: FlowLogFormat
  let isDemonstration: Bool
  /// How many threads may write the rows of a list.
  let threads: Int
  /// The catalog into which verdicts refer.
  var catalog: Catalog
  private let columns: [FlowField]
  private let unwatchedObject: [JSONMember]
  private let watchedObject: [JSONMember]
  private var uid = FlowUID()
  private var communityID = CommunityID()
  private var lastPacket: Timestamp?

  init(_ format: FlowLogFormat, catalog: Catalog, isDemonstration: Bool, withFinding: Bool = false, threads: Int = 1) {
    self.format = format
    self.isDemonstration = isDemonstration
    self.threads = threads
    self.catalog = catalog
    columns =
      FlowField.columns + (withFinding ? [FlowField.finding] : [])
      + (isDemonstration ? [FlowField.demonstrationData] : [])
    unwatchedObject = Self.members(columns)
    watchedObject = Self.members(columns + FlowField.watchedInJSON)
  }

  /// A field with all that stands before its value in an object.
  private struct JSONMember {
    let lead: [UInt8]
    let value: FlowField.Source
  }

  private static func members(_ fields: [FlowField]) -> [JSONMember] {
    fields.sorted { $0.name < $1.name }.enumerated().map { index, field in
      JSONMember(lead: Array("\(index == 0 ? "{" : ",")\"\(field.name)\":".utf8), value: field.value)
    }
  }

  /// Appends what stands before the first row.
  func appendHeader(to buffer: inout OutputBuffer, comments: [String]) {
    switch format {
    case .json: break
    case .csv:
      buffer.append(columns.map(\.name).joined(separator: ","))
      buffer.append("\r\n")
    case .zeek:
      buffer.append("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n")
      for comment in comments { buffer.append("#comment\t\(comment.madeSafe)\n") }
      buffer.append("#fields\t\(columns.map(\.name).joined(separator: "\t"))\n")
      buffer.append("#types\t\(columns.map(\.zeekType).joined(separator: "\t"))\n")
    }
  }

  /// Appends what stands after the last row: in a Zeek log, that it is whole.
  ///
  /// `#close` holds packet time, and there is no `#open`: a wall clock would make two runs differ.
  func appendFooter(to buffer: inout OutputBuffer) {
    guard format == .zeek else { return }
    let time = lastPacket.map { String($0.readable.map { $0.isNumber ? $0 : "-" }) }
    buffer.append("#close\t\(time ?? "-")\n")
  }

  /// Notes when the last packet of a flow was.
  mutating func noteEnd(_ time: Timestamp) { lastPacket = max(lastPacket ?? time, time) }

  /// Appends one flow with the end of its line.
  mutating func append(
    _ record: FlowRecord, _ assessment: FlowAssessment, finding: String? = nil, to buffer: inout OutputBuffer
  ) {
    noteEnd(record.lastPacket)
    switch format {
    case .json:
      appendObject(record, assessment, to: &buffer)
      buffer.append(UInt8(ascii: "\n"))
    case .csv:
      let names = names(of: record, assessment, finding: finding)
      for index in columns.indices {
        if index > 0 { buffer.append(UInt8(ascii: ",")) }
        buffer.append(csv: columns[index].value(record, assessment, names))
      }
      buffer.append(UInt8(ascii: "\r"))
      buffer.append(UInt8(ascii: "\n"))
    case .zeek:
      let names = names(of: record, assessment, finding: finding)
      for index in columns.indices {
        if index > 0 { buffer.append(UInt8(ascii: "\t")) }
        buffer.append(zeek: columns[index].value(record, assessment, names))
      }
      buffer.append(UInt8(ascii: "\n"))
    }
  }

  /// Appends one flow as a JSON object on one line, without the line's end.
  mutating func appendObject(_ record: FlowRecord, _ assessment: FlowAssessment, to buffer: inout OutputBuffer) {
    let names = names(of: record, assessment, finding: nil)
    let object = record.isWatched || assessment.coveredSide != nil ? watchedObject : unwatchedObject
    // A span lends its elements, an array hands out copies.
    let members = object.span
    for index in members.indices {
      buffer.append(members[index].lead.span)
      buffer.append(json: members[index].value(record, assessment, names), of: record, assessment, names)
    }
    buffer.append(UInt8(ascii: "}"))
  }

  private mutating func names(of record: FlowRecord, _ assessment: FlowAssessment, finding: String?) -> FlowNames {
    FlowNames(
      uid: uid.string(for: record), communityID: communityID.string(for: record),
      tunnelParent: record.tunnel.map { uid.string($0.parent) },
      actor: catalog.actor(assessment.actor)?.id,
      claim: assessment.claims.first.flatMap { catalog.claims.indices.contains($0) ? catalog.claims[$0].id : nil },
      otherActor: catalog.actor(assessment.otherSide?.actor)?.id,
      finding: finding)
  }
}
