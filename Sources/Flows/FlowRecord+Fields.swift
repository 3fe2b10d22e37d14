import Catalog
import Inspection
package import Packets

/// A record at rest: its endpoints, protocol and times stand in columns of their own, everything else in these fields.
///
/// The catalog's handles are not among them: they are valid for one table, and are looked up again (`cover(by:)`).
extension FlowRecord {
  /// Which fields are there; what is absent has the value that most flows have.
  private struct Presence: OptionSet {
    let rawValue: UInt32
    static let responderBegan = Presence(rawValue: 1 << 0)
    static let continuedFrom = Presence(rawValue: 1 << 1)
    static let vlan = Presence(rawValue: 1 << 2)
    static let activeUntil = Presence(rawValue: 1 << 3)
    static let ordinal = Presence(rawValue: 1 << 4)
    static let missedBytes = Presence(rawValue: 1 << 5)
    static let originatorIsKnown = Presence(rawValue: 1 << 6)
    static let originatorIsLocal = Presence(rawValue: 1 << 7)
    static let responderIsKnown = Presence(rawValue: 1 << 8)
    static let responderIsLocal = Presence(rawValue: 1 << 9)
    static let citations = Presence(rawValue: 1 << 10)
    static let sensor = Presence(rawValue: 1 << 11)
    static let scope = Presence(rawValue: 1 << 12)
    static let tunnel = Presence(rawValue: 1 << 13)
    static let stream = Presence(rawValue: 1 << 14)
    static let syn = Presence(rawValue: 1 << 15)
    static let multipath = Presence(rawValue: 1 << 16)
    static let content = Presence(rawValue: 1 << 17)
    static let attested = Presence(rawValue: 1 << 18)
    static let start = Presence(rawValue: 1 << 19)
    static let hops = Presence(rawValue: 1 << 20)
    static let otherAckedData = Presence(rawValue: 1 << 21)
    static let otherIsOriginator = Presence(rawValue: 1 << 22)
  }

  private var presence: Presence {
    let all: [(Presence, Bool)] = [
      (.responderBegan, responderBegan), (.continuedFrom, continuedFrom != nil), (.vlan, vlan != .none),
      (.activeUntil, activeUntil != lastPacket), (.ordinal, ordinal != 0), (.missedBytes, missedBytes != 0),
      (.originatorIsKnown, originatorIsLocal != nil), (.originatorIsLocal, originatorIsLocal == true),
      (.responderIsKnown, responderIsLocal != nil), (.responderIsLocal, responderIsLocal == true),
      (.citations, citations != nil), (.sensor, sensor != 0), (.scope, scope != .line), (.tunnel, tunnel != nil),
      (.stream, stream != nil), (.syn, syn != nil), (.multipath, multipath != nil), (.content, content != nil),
      (.attested, attested != nil), (.start, start != firstPacket),
      (.hops, !originatorHops.isEmpty || !responderHops.isEmpty),
      (.otherAckedData, citations?.otherAckedData != nil), (.otherIsOriginator, citations?.otherIsOriginator == true),
    ]
    return all.reduce(into: []) { if $1.1 { $0.insert($1.0) } }
  }

  /// The fields that stand in no column.
  ///
  /// - Complexity: O(n) in what the content says.
  package var fields: [UInt8] {
    var fields = FieldWriter()
    let presence = presence
    fields.append(UInt64(presence.rawValue))
    if presence.contains(.start) { fields.append(signed: start.nanoseconds &- firstPacket.nanoseconds) }
    if let continuedFrom { fields.append(signed: continuedFrom.nanoseconds &- firstPacket.nanoseconds) }
    if presence.contains(.vlan) {
      fields.append(UInt64(vlan.outer))
      fields.append(UInt64(vlan.inner))
    }
    if presence.contains(.activeUntil) { fields.append(signed: activeUntil.nanoseconds &- lastPacket.nanoseconds) }
    if presence.contains(.ordinal) { fields.append(UInt64(ordinal)) }
    if presence.contains(.missedBytes) { fields.append(missedBytes) }
    if presence.contains(.sensor) { fields.append(UInt64(clamping: sensor)) }
    if presence.contains(.scope) {
      fields.append(UInt64(scope.high))
      fields.append(whole: scope.low)
    }
    for side in [originatorCounts, responderCounts] {
      fields.append(side.packets)
      fields.append(side.ipBytes)
      fields.append(side.payloadBytes)
    }
    for evidence in [originatorEvidence, responderEvidence] {
      fields.append(evidence.grade)
      fields.append(evidence.reason)
    }
    fields.append(connectionState)
    fields.append(history)
    fields.append(endReason)
    fields.append(originatorBasis)
    fields.append(UInt64(notes.rawValue))
    fields.append(activity)
    citations?.write(to: &fields)
    tunnel?.write(to: &fields)
    stream?.write(to: &fields)
    syn?.write(to: &fields)
    multipath?.write(to: &fields)
    content?.facts.write(to: &fields)
    if let attested {
      fields.append(attested.address)
      fields.append(attested.header)
    }
    if presence.contains(.hops) {
      for hops in [originatorHops, responderHops] {
        fields.append(UInt64(hops.lowest))
        fields.append(UInt64(hops.highest))
      }
    }
    if let frame = citations?.otherAckedData { fields.append(frame) }
    return fields.bytes
  }

  /// Fills in what stands in no column.
  ///
  /// - Parameter bytes: What `fields` gave.
  /// - Throws: `FieldReader.Failure` if it is something else.
  package mutating func read(fields bytes: [UInt8]) throws(FieldReader.Failure) {
    var fields = FieldReader(bytes)
    let presence = Presence(rawValue: try fields.number(as: UInt32.self))
    func time(_ base: Timestamp, _ distance: Int64) -> Timestamp {
      Timestamp(nanoseconds: base.nanoseconds &+ distance)
    }
    responderBegan = presence.contains(.responderBegan)
    start = presence.contains(.start) ? time(firstPacket, try fields.signed()) : firstPacket
    if presence.contains(.continuedFrom) { continuedFrom = time(firstPacket, try fields.signed()) }
    if presence.contains(.vlan) {
      vlan = VLANTags(outer: try fields.number(as: UInt16.self), inner: try fields.number(as: UInt16.self))
    }
    activeUntil = presence.contains(.activeUntil) ? time(lastPacket, try fields.signed()) : lastPacket
    if presence.contains(.ordinal) { ordinal = try fields.number(as: UInt32.self) }
    if presence.contains(.missedBytes) { missedBytes = try fields.number() }
    if presence.contains(.sensor) { sensor = try fields.number(as: Int.self) }
    if presence.contains(.scope) {
      scope = ScopeDigest(high: try fields.number(as: UInt32.self), low: try fields.whole())
    }
    originatorIsLocal = presence.contains(.originatorIsKnown) ? presence.contains(.originatorIsLocal) : nil
    responderIsLocal = presence.contains(.responderIsKnown) ? presence.contains(.responderIsLocal) : nil
    originatorCounts = try Side(from: &fields)
    responderCounts = try Side(from: &fields)
    originatorEvidence = try SideEvidence(from: &fields)
    responderEvidence = try SideEvidence(from: &fields)
    connectionState = try fields.oneCase(of: ConnectionState.self)
    history = try fields.text()
    endReason = try fields.oneCase(of: FlowEndReason.self)
    originatorBasis = try fields.oneCase(of: OriginatorBasis.self)
    notes = EvidenceNotes(rawValue: try fields.number(as: UInt16.self))
    activity = try fields.oneCase(of: Activity.self)
    if presence.contains(.citations) { citations = try Citations(from: &fields) }
    if presence.contains(.tunnel) { tunnel = try Tunnel(from: &fields) }
    if presence.contains(.stream) { stream = try StreamFacts(from: &fields) }
    if presence.contains(.syn) { syn = try SYNTuple(from: &fields) }
    if presence.contains(.multipath) { multipath = try LinkToken(from: &fields) }
    if presence.contains(.content) { content = FlowContent(try ApplicationFacts(from: &fields)) }
    if presence.contains(.attested) {
      attested = AttestedAddress(address: try fields.address(), header: try fields.text(), covers: .empty)
    }
    if presence.contains(.hops) {
      func hops() throws(FieldReader.Failure) -> HopRange {
        HopRange(lowest: try fields.number(as: UInt8.self), highest: try fields.number(as: UInt8.self))
      }
      originatorHops = try hops()
      responderHops = try hops()
    }
    if presence.contains(.otherAckedData) { citations?.otherAckedData = try fields.number() }
    citations?.otherIsOriginator = presence.contains(.otherIsOriginator)
    guard fields.isAtEnd else { throw FieldReader.Failure() }
  }
}

extension FlowRecord.Side {
  fileprivate init(from fields: inout FieldReader) throws(FieldReader.Failure) {
    (packets, ipBytes, payloadBytes) = (try fields.number(), try fields.number(), try fields.number())
  }
}

extension SideEvidence {
  fileprivate init(from fields: inout FieldReader) throws(FieldReader.Failure) {
    self.init(try fields.oneCase(of: EvidenceGrade.self), try fields.oneCase(of: GradeReason.self))
  }
}

extension FlowRecord.Citations {
  fileprivate func write(to fields: inout FieldWriter) {
    fields.append(UInt64(file))
    fields.append(first)
    for frame in [syn, synAck, ack, ackedData] { fields.append(frame) }
    fields.append(last)
  }

  fileprivate init(from fields: inout FieldReader) throws(FieldReader.Failure) {
    (file, first) = (try fields.number(as: UInt32.self), try fields.number())
    (syn, synAck) = (try fields.optional(), try fields.optional())
    (ack, ackedData) = (try fields.optional(), try fields.optional())
    last = try fields.number()
  }
}

extension FlowRecord.Tunnel {
  fileprivate func write(to fields: inout FieldWriter) {
    fields.append(UInt64(parent.high))
    fields.append(whole: parent.low)
    for ends in [originatorEnds, responderEnds] { fields.append(ends) { $0.append($1) } }
  }

  fileprivate init(from fields: inout FieldReader) throws(FieldReader.Failure) {
    parent = FlowUID.Value(high: try fields.number(as: UInt32.self), low: try fields.whole())
    originatorEnds = try fields.list { fields throws(FieldReader.Failure) in try fields.address() }
    responderEnds = try fields.list { fields throws(FieldReader.Failure) in try fields.address() }
  }
}

extension StreamFacts {
  private static let contents: [Content?] = [nil, .tls, .ssh, .http]

  fileprivate func write(to fields: inout FieldWriter) {
    let place = Self.contents.firstIndex(of: content) ?? 0
    fields.append(
      UInt64(place) | (completedKeyExchange ? 4 : 0) | (isContradictory ? 8 : 0) | (claim != nil ? 16 : 0))
    fields.append(tokens) { $1.write(to: &$0) }
    if let claim {
      fields.append(claim.header)
      fields.append(claim.address)
    }
  }

  fileprivate init(from fields: inout FieldReader) throws(FieldReader.Failure) {
    let marks = try fields.number()
    content = Self.contents[Int(marks & 3)]
    completedKeyExchange = marks & 4 != 0
    isContradictory = marks & 8 != 0
    tokens = try fields.list { fields throws(FieldReader.Failure) in try LinkToken(from: &fields) }
    claim = marks & 16 == 0 ? nil : ContentClaim(header: try fields.text(), address: try fields.address())
  }
}
