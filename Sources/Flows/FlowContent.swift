public import Inspection
import Packets

/// What the content of a watched flow says, shared by all copies of its record.
public final class FlowContent: Sendable {
  /// What it says; hops with the trust that they deserve.
  public let facts: ApplicationFacts

  /// Makes content.
  ///
  /// - Parameter facts: What it says.
  public init(_ facts: ApplicationFacts) { self.facts = facts }

  /// Makes content whose hops are trusted as far as methodology 3 allows.
  ///
  /// - Parameters:
  ///   - facts: What the content says.
  ///   - senderIsTrusted: Whether a trusted proxy of ours wrote it, and to us.
  ///   - trust: Whether an address is a trusted proxy's.
  convenience init(_ facts: ApplicationFacts, senderIsTrusted: Bool, trust: (IPAddress) -> Bool) {
    var facts = facts
    if senderIsTrusted, !facts.hops.isEmpty { facts.hops = Self.trusted(facts.hops, trust: trust) }
    self.init(facts)
  }

  /// Walks each chain from the right: its last hop is the sender's word; that of a trusted proxy vouches for the one before.
  private static func trusted(_ hops: [ForwardedHop], trust: (IPAddress) -> Bool) -> [ForwardedHop] {
    var hops = hops
    var chain: Int?
    var isVouchedFor = false
    for index in hops.indices.reversed() {
      if hops[index].chain != chain {
        chain = hops[index].chain
        isVouchedFor = ForwardedHop.writtenByProxies.contains(hops[index].field)
      }
      guard isVouchedFor else { continue }
      let isProxy = IPAddress(hops[index].node).map(trust) == true
      hops[index].trust = isProxy ? .trustedProxy : .attested
      isVouchedFor = isProxy
    }
    return hops
  }
}
