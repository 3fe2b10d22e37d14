import Assessment
import Catalog
import Flows
import Packets
import TestSupport
import Testing

/// An IPv4 address from dotted text.
func ip(_ text: String) throws -> IPAddress {
  let parts = text.split(separator: ".").compactMap { UInt32($0) }
  try #require(parts.count == 4)
  return IPAddress(v4: parts.reduce(0) { $0 << 8 | $1 })
}

/// An IPv4 prefix from text.
func net(_ text: String) throws -> IPPrefix {
  let parts = text.split(separator: "/")
  let length = try #require(Int(parts[1]))
  return try #require(IPPrefix(address: try ip(String(parts[0])), length: length))
}

/// 2001:db8:0:`subnet`::`host`.
func ip6(_ subnet: UInt64, _ host: UInt64) -> IPAddress {
  IPAddress(high: 0x2001_0db8_0000_0000 | subnet, low: host)
}

/// A moment from date and time in UTC.
func time(_ year: Int64, _ month: Int64, _ day: Int64, _ second: Int64 = 0) -> Timestamp {
  let shifted = month <= 2 ? year - 1 : year
  let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
  let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  return Timestamp(seconds: days * 86_400 + second)
}

let nanosecondsPerDay: Int64 = 86_400_000_000_000

/// The claim C1 of the methodology's test vectors; its arguments are what vectors vary.
func claim(
  _ prefixes: [IPPrefix], id: String = "c1", actor: Int = 0, relation: Claim.Relation = .exclusive,
  kind: UseKind = .dedicatedAllocation, from: Timestamp? = time(2014, 1, 1), until: Timestamp? = time(2015, 1, 1),
  asOf: Timestamp? = time(2014, 12, 19), maxAge: Int64 = 730 * nanosecondsPerDay, margin: Int64 = 0,
  basis: [Claim.Basis] = [.routing, .incidentReport], ratings: [(Character, Int)] = [("B", 2), ("B", 2)],
  overrides: [Int] = [], routeCheck: Claim.RouteCheck = .unknown
) -> Claim {
  Claim(
    id: id, rangeText: "as built", prefixes: prefixes, actor: actor, relation: relation, kind: kind, validFrom: from,
    validUntil: until, asOf: asOf, recordedAt: time(2014, 12, 20), maxAge: maxAge, guardMargin: margin, basis: basis,
    sources: ratings.enumerated().map { index, rating in
      Claim.Source(
        reference: "Report \(index + 1)", reliability: rating.0, credibility: rating.1,
        independentGroup: "publisher-\(index + 1)")
    }, overrides: overrides, routeCheck: routeCheck)
}

/// A catalog of claims and overlays with the actors A (0), B (1), and Z (2), of which A is a part if `familyOfA`.
func catalog(_ claims: [Claim], overlays: [Overlay] = [], familyOfA: Bool = false) -> Catalog {
  var catalog = Catalog()
  catalog.actors = [
    ThreatActor(id: "a", name: "Network A", level: .countryNetwork, parent: familyOfA ? 2 : nil),
    ThreatActor(id: "b", name: "Organisation B", level: .organisation),
    ThreatActor(id: "z", name: "Network Z", level: .countryNetwork),
  ]
  catalog.claims = claims
  catalog.overlays = overlays
  catalog.allowsDocumentationRanges = true
  catalog.prefixes = PrefixTable(
    claims.enumerated().flatMap { index, claim in claim.prefixes.map { ($0, PrefixTable.Entry.claim(index)) } }
      + overlays.enumerated().flatMap { index, overlay in
        overlay.prefixes.map { ($0, PrefixTable.Entry.overlay(index)) }
      })
  return catalog
}

/// A list of the day of the vectors.
func overlay(_ kind: UseKind, _ prefixes: [IPPrefix], on day: Timestamp = time(2014, 11, 24)) -> Overlay {
  Overlay(id: "\(kind.rawValue)-list", kind: kind, snapshot: day, prefixes: prefixes)
}

/// A full session between an address of the range and a host of ours on the day of the vectors.
func flow(
  _ originator: IPAddress, _ responder: IPAddress, in catalog: Catalog, port: UInt16 = 25,
  at start: Timestamp = time(2014, 11, 24, 43_200), lasting seconds: Int64 = 3,
  originator originatorEvidence: SideEvidence = SideEvidence(.e4, .twoWayVerified),
  responder responderEvidence: SideEvidence = SideEvidence(.e4, .twoWayVerified),
  basis: OriginatorBasis = .syn, activity: Activity = .dataTwoWay
) -> FlowRecord {
  var record = FlowRecord(
    originator: Endpoint(address: originator, port: 40_000), responder: Endpoint(address: responder, port: port),
    ipProtocol: .tcp, firstPacket: start,
    lastPacket: Timestamp(nanoseconds: start.nanoseconds + seconds * 1_000_000_000))
  record.originatorCounts.packets = 5
  record.originatorCounts.ipBytes = 500
  record.originatorCounts.payloadBytes = 100
  record.responderCounts = record.originatorCounts
  if originatorEvidence.reason == .silent { record.originatorCounts = FlowRecord.Side() }
  if responderEvidence.reason == .silent { record.responderCounts = FlowRecord.Side() }
  record.originatorBasis = basis
  record.originatorEvidence = originatorEvidence
  record.responderEvidence = responderEvidence
  record.activity = activity
  record.originatorCovers = catalog.prefixes.covers(of: originator)
  record.responderCovers = catalog.prefixes.covers(of: responder)
  return record
}

/// Two sensors of different operators on different lines.
let twoSensors: [Sensor] = [("east", "Operator E", "Carrier E"), ("west", "Operator W", "Carrier W")].map {
  var sensor = Sensor(id: $0.0, vantage: .tap, localNetworks: [], trustedProxies: [])
  sensor.operatorName = $0.1
  sensor.upstream = $0.2
  return sensor
}

/// A flow as two sensors saw it, the second a moment later.
func seenTwice(_ record: FlowRecord) -> [FlowRecord] {
  var other = record
  other.sensor = 1
  other.firstPacket.nanoseconds += 40_000_000
  other.lastPacket.nanoseconds += 40_000_000
  return [record, other]
}
