public import Inspection
import Packets

/// What the content of a watched flow says, shared by all copies of its record.
public final class FlowContent: Sendable {
  /// What it says; hops with the trust that they deserve.
  public let facts: ApplicationFacts

  /// Makes content.
  ///
  /// - Parameter facts: What it says.
  public init(_ facts: consuming ApplicationFacts) { self.facts = facts }

  /// Makes content whose hops are trusted as far as methodology 3 allows.
  ///
  /// - Parameters:
  ///   - facts: What the content says.
  ///   - senderIsTrusted: Whether a trusted proxy of ours wrote it, and to us.
  ///   - trust: Whether an address is a trusted proxy's.
  convenience init(_ facts: consuming ApplicationFacts, senderIsTrusted: Bool, trust: (IPAddress) -> Bool) {
    if senderIsTrusted, !facts.hops.isEmpty { facts.hops = Self.trusted(facts.hops, trust: trust) }
    self.init(facts)
  }

  /// Walks each chain from the right: its last hop is the sender's word; that of a trusted proxy vouches for the one before.
  ///
  /// A proxy writes one kind of header and lets the other pass as the client wrote it: where both are there and do not name
  /// the same addresses, nobody can say which is its own.
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
    func attested(_ field: String) -> Set<String> {
      Set(hops.lazy.filter { $0.field == field && $0.trust == .attested }.map(\.node))
    }
    let kinds = ["X-Forwarded-For", "Forwarded"]
    if kinds.allSatisfy({ kind in hops.contains { $0.field == kind } }), attested(kinds[0]) != attested(kinds[1]) {
      for index in hops.indices where kinds.contains(hops[index].field) { hops[index].trust = .claimed }
    }
    return hops
  }
}
