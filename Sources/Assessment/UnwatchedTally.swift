public import Catalog
public import Flows
package import Packets

/// The figures of flows that nothing covers: of a case, or of a part of it that a thread of its own works on.
///
/// Constant space; the order of flows changes nothing. Not thread-safe.
public struct UnwatchedTally: Sendable {
  /// Flows without a claim, and those between special-purpose addresses.
  private(set) var counts: (noClaim: UInt64, specialPurpose: UInt64) = (0, 0)
  /// Addresses that sent something and are not verified, for the base rate (methodology 6.1).
  private(set) var unverifiedSources = DistinctSources()
  private let allowsDocumentation: Bool

  /// Makes a tally without flows.
  ///
  /// - Parameter catalog: The catalog that covers none of them.
  public init(catalog: Catalog) { allowsDocumentation = catalog.allowsDocumentationRanges }

  /// Reads a tally at rest.
  ///
  /// - Parameters:
  ///   - bytes: What `fields` gave.
  ///   - catalog: The catalog.
  /// - Throws: `FieldReader.Failure` if it is something else.
  package init(fields bytes: [UInt8], catalog: Catalog) throws(FieldReader.Failure) {
    self.init(catalog: catalog)
    var fields = FieldReader(bytes)
    counts = (try fields.number(), try fields.number())
    for hash in try fields.list({ fields throws(FieldReader.Failure) in try fields.whole() }) {
      unverifiedSources.insert(hash: hash)
    }
  }

  /// The tally at rest.
  package var fields: [UInt8] {
    var fields = FieldWriter()
    fields.append(counts.noClaim)
    fields.append(counts.specialPurpose)
    fields.append(unverifiedSources.smallest) { $0.append(whole: $1) }
    return fields.bytes
  }

  /// Counts a flow.
  ///
  /// - Parameter flow: The flow.
  /// - Complexity: O(1) amortised; no allocation.
  public mutating func add(_ flow: UnwatchedFlow) {
    countSources(of: flow)
    if flow.isSpecialPurpose(allowingDocumentation: allowsDocumentation) {
      counts.specialPurpose &+= 1
    } else {
      counts.noClaim &+= 1
    }
  }

  /// Counts the flows of another part.
  ///
  /// - Parameter other: A tally of other flows.
  public mutating func add(_ other: UnwatchedTally) {
    counts.noClaim &+= other.counts.noClaim
    counts.specialPurpose &+= other.counts.specialPurpose
    unverifiedSources.merge(other.unverifiedSources)
  }

  /// Counts the unverified addresses of any flow.
  mutating func countSources(of flow: UnwatchedFlow) {
    countSource(flow.originator)
    countSource(flow.responder)
  }

  private mutating func countSource(_ side: UnwatchedFlow.Side) {
    guard side.grade <= .e2, side.hasSent, !side.isLocal, side.address.isIPv4 else { return }
    unverifiedSources.insert(side.address.v4)
  }
}

extension UnwatchedFlow {
  /// Whether every endpoint that is not ours has a special-purpose address; every endpoint, where both are ours.
  func isSpecialPurpose(allowingDocumentation: Bool) -> Bool {
    func isSpecial(_ side: Side) -> Bool {
      !SpecialPurpose.isAttributable(side.address, allowingDocumentation: allowingDocumentation)
    }
    switch (originator.isLocal, responder.isLocal) {
    case (true, false): return isSpecial(responder)
    case (false, true): return isSpecial(originator)
    case (false, false), (true, true): return isSpecial(originator) && isSpecial(responder)
    }
  }
}
