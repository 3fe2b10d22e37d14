import Packets
import TestSupport
import Testing

@testable import Flows
@testable import Inspection

/// How far the hops that content names are trusted (methodology 3).
@Suite struct FlowContentTests {
  /// The trust of each hop; 192.0.2.80 and 192.0.2.81 are trusted proxies.
  private func trust(_ hops: [(field: String, nodes: [String])], sender isTrusted: Bool = true) -> [String] {
    var facts = ApplicationFacts()
    for (chain, hop) in hops.enumerated() {
      for node in hop.nodes { facts.hops.append(ForwardedHop(field: hop.field, node: node, chain: chain)) }
    }
    let content = FlowContent(facts, senderIsTrusted: isTrusted) { address in
      ["192.0.2.80", "192.0.2.81"].contains(address.description)
    }
    return content.facts.hops.map(\.trust.rawValue)
  }

  @Test func `a chain is walked from the right, up to the first address that is not trusted`() {
    #expect(trust([("X-Forwarded-For", ["203.0.113.9"])]) == ["attested"])
    #expect(
      trust([("X-Forwarded-For", ["198.51.100.7", "203.0.113.9", "192.0.2.81", "192.0.2.80"])])
        == ["claimed", "attested", "trusted_proxy", "trusted_proxy"])
    #expect(trust([("Forwarded", ["198.51.100.7", "_hidden"])]) == ["claimed", "attested"])
    #expect(
      trust([("Forwarded", ["192.0.2.80", "unknown", "192.0.2.80"])]) == ["claimed", "attested", "trusted_proxy"])
  }

  @Test func `nobody else's word is more than a claim`() {
    #expect(trust([("X-Forwarded-For", ["203.0.113.9", "192.0.2.80"])], sender: false) == ["claimed", "claimed"])
  }

  @Test func `each chain is walked on its own`() {
    #expect(
      trust([("X-Forwarded-For", ["198.51.100.7", "203.0.113.9"]), ("X-Forwarded-For", ["203.0.113.10"])])
        == ["claimed", "attested", "attested"])
  }

  @Test func `kinds of header that disagree cancel each other`() {
    let (one, other) = ("203.0.113.9", "198.51.100.7")
    #expect(trust([("X-Forwarded-For", [one]), ("Forwarded", [other])]) == ["claimed", "claimed"])
    #expect(trust([("X-Forwarded-For", [one]), ("Forwarded", [one])]) == ["attested", "attested"])
    #expect(trust([("X-Forwarded-For", [one]), ("Received", [other])]) == ["attested", "attested"])
  }

  @Test(arguments: ["X-Originating-IP", "Via", "SOCKS", "CONNECT", "X-Real-IP", "True-Client-IP"])
  func `what proxies let pass as a client wrote it is a claim`(field: String) {
    #expect(trust([(field, ["203.0.113.9"])]) == ["claimed"])
  }

  @Test(arguments: ["Received", "PROXY", "X-Forwarded-For", "Forwarded"])
  func `what a trusted sender adds is its own word`(field: String) {
    #expect(trust([(field, ["203.0.113.9"])]) == ["attested"])
  }
}
