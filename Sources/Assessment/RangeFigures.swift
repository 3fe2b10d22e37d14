import Catalog
import Flows
import Inspection
import Packets

/// What was seen of the addresses of one claim's range, whatever the verdicts (methodology 6.1, 6.4, 6.5).
public struct RangeFigures: Sendable, Equatable {
  /// Index of the claim in the catalog.
  public var claim: Int
  /// Flows with an address of the range.
  public var flows: UInt64 = 0
  /// Of these: those in which the address sent something and is not verified (E0–E2).
  public var unverified: UInt64 = 0
  /// Of these: those in which the address is verified (E3–E5).
  public var verified: UInt64 = 0
  /// Of these: those in which nothing from the address was captured.
  public var silent: UInt64 = 0
  /// TCP flows from the range without handshake or data: bare SYNs and what is like them.
  public var synOnly: UInt64 = 0
  /// TCP flows with a handshake and no data.
  public var connectOnly: UInt64 = 0
  /// Flows with data and packets both ways.
  public var dataBearing: UInt64 = 0
  /// Of the data-bearing flows that verify the address: those in which it wrote or logged in, as far as content can be read.
  public var acting: UInt64 = 0
  /// The rest: lone datagrams, answers without a request, data one way only.
  public var other: UInt64 = 0
  /// Flows whose address a list of research scanners names.
  public var scannerListed: UInt64 = 0
  /// Distinct targets of ours (host and port).
  public var targets: UInt64 = 0
  /// Whether `targets` is exact; else an estimate with a standard error of 3.1 %.
  public var targetsAreExact = true
  /// The share of the range in a random choice of addresses, with what follows; nothing for IPv6.
  public var baseRate: BaseRate?

  /// Makes figures without flows.
  ///
  /// - Parameter claim: Index of the claim.
  public init(claim: Int) { self.claim = claim }

  /// The share of data-bearing flows among those in which the address sent something; nothing without any.
  public var dataShare: Double? {
    let sent = unverified &+ verified
    return sent > 0 ? Double(dataBearing) / Double(sent) : nil
  }
}

/// Counts the flows of each claim's range while they come in; at most 16 kB a claim, and none for one that no flow touches.
struct RangeTallies: Sendable {
  private struct Tally: Sendable {
    var figures: RangeFigures
    var targets = DistinctSources(capacity: 1_024)
  }

  private var tallies: [Int: Tally] = [:]

  /// Adds a watched flow to every range that covers an end of it.
  mutating func add(_ record: FlowRecord, in catalog: Catalog) {
    add(record, isOriginator: true, covers: catalog.prefixes.entries(of: record.originatorCovers), catalog)
    add(record, isOriginator: false, covers: catalog.prefixes.entries(of: record.responderCovers), catalog)
  }

  private mutating func add(
    _ record: FlowRecord, isOriginator: Bool, covers: [PrefixTable.Cover], _ catalog: Catalog
  ) {
    let isListed = covers.contains { cover in
      guard case .overlay(let index) = cover.entry else { return false }
      return catalog.overlays[index].kind == .researchScanner
    }
    let evidence = isOriginator ? record.originatorEvidence : record.responderEvidence
    let other = isOriginator ? record.responder : record.originator
    let otherIsLocal = isOriginator ? record.responderIsLocal : record.originatorIsLocal
    for (place, cover) in covers.enumerated() {
      guard case .claim(let index) = cover.entry, !covers[..<place].contains(where: { $0.entry == cover.entry }) else {
        continue
      }
      tallies[index, default: Tally(figures: RangeFigures(claim: index))].figures.count(
        record, evidence, isListed: isListed, acts: isOriginator && record.hasGraveAction)
      if isOriginator, otherIsLocal != false {
        tallies[index]?.targets.insert(
          hash: StableHash.of(other.address, UInt64(other.port) << 8 | UInt64(record.ipProtocol.rawValue)))
      }
    }
  }

  /// The figures by claim, in the catalog's order.
  ///
  /// - Parameters:
  ///   - catalog: The catalog.
  ///   - sources: How many distinct unverified IPv4 sources the case has.
  /// - Returns: The figures of ranges that flows touched.
  func figures(_ catalog: Catalog, unverifiedSources sources: UInt64) -> [RangeFigures] {
    tallies.values.map { tally in
      var figures = tally.figures
      (figures.targets, figures.targetsAreExact) = tally.targets.count
      figures.baseRate = BaseRate(of: catalog.claims[figures.claim], sources: sources)
      return figures
    }.sorted { $0.claim < $1.claim }
  }
}

extension RangeFigures {
  fileprivate mutating func count(_ record: FlowRecord, _ evidence: SideEvidence, isListed: Bool, acts: Bool) {
    flows &+= 1
    if isListed { scannerListed &+= 1 }
    if evidence.grade >= .e3 {
      verified &+= 1
    } else if evidence.reason == .silent {
      silent &+= 1
      return
    } else {
      unverified &+= 1
    }
    switch record.activity {
    case _ where record.isDataBearing:
      dataBearing &+= 1
      if acts, evidence.grade >= .e3 { acting &+= 1 }
    case .connectOnly: connectOnly &+= 1
    case .probe where record.ipProtocol == .tcp: synOnly &+= 1
    default: other &+= 1
    }
  }
}

extension FlowRecord {
  /// Whether the content shows that its client wrote something, or opened what is not public.
  fileprivate var hasGraveAction: Bool { content?.facts.actions.isDisjoint(with: .grave) == false }
}
