import Cryptography
import Foundation
import TestSupport
import Testing

@testable import Reports

/// Commitments: what was withheld can be opened, and nothing else.
@Suite struct CommitmentTests {
  private static func commitments(_ count: Int = 21, key: UInt8 = 7) throws -> Commitments {
    Commitments(
      (0..<count).map { ("item \($0)", .object(["value": .count(UInt64($0)), "text": .string("text \($0)")])) },
      key: try ReleaseTransformTests.key(key))
  }

  @Test(arguments: [0, 1, 15, 16, 17, 64, 100]) func `every item opens`(count: Int) throws {
    let commitments = try Self.commitments(count)
    #expect(commitments.leaves.count >= 16 && commitments.leaves.count.nonzeroBitCount == 1)
    #expect(commitments.items.count == count)
    for item in commitments.items {
      let opening = try #require(commitments.opening(of: item.name))
      #expect(opening.holds(against: commitments.head))
      let read = try #require(Opening(DocumentValue(json: opening.document.indentedJSON)))
      #expect(read == opening && read.holds(against: commitments.head))
    }
    #expect(commitments.opening(of: "item -1") == nil)
  }

  @Test func `what is kept opens the same`() throws {
    let commitments = try Self.commitments()
    let kept = try #require(Commitments(DocumentValue(json: commitments.document.indentedJSON)))
    #expect(kept.head == commitments.head && kept.opening(of: "item 3") == commitments.opening(of: "item 3"))
    var changed = commitments.document
    changed.set("head", .object([:]))
    #expect(Commitments(changed) == nil && Commitments(.null) == nil)
  }

  @Test func `a forged opening fails`() throws {
    let commitments = try Self.commitments()
    let good = try #require(commitments.opening(of: "item 5"))
    func fails(_ change: (inout Opening) -> Void) -> Bool {
      var forged = good
      change(&forged)
      return !forged.holds(against: commitments.head)
    }
    #expect(fails { $0.item.name = "item 6" })
    #expect(fails { $0.item.value = .object(["value": .count(6), "text": .string("text 5")]) })
    #expect(fails { $0.item.value = .null })
    for byte in 0..<32 { #expect(fails { $0.item.salt[byte] ^= 1 }) }
    #expect(fails { $0.item.salt += [0] })
    for index in 0..<UInt64(commitments.leaves.count) where index != good.index { #expect(fails { $0.index = index }) }
    for step in good.proof.indices { #expect(fails { $0.proof[step][0] ^= 1 }) }
    #expect(fails { $0.proof.removeLast() })
    #expect(fails { $0.proof.append([UInt8](repeating: 0, count: 32)) })
    // Another release, another size, another function.
    #expect(!good.holds(against: try Self.commitments(key: 8).head))
    for (name, value) in [("size", DocumentValue.count(64)), ("hash", .string("SHA-1")), ("root", .string("00"))] {
      var head = commitments.head
      head.set(name, value)
      #expect(!good.holds(against: head))
    }
    // An item that never was there cannot take the place of a node (RFC 9162 section 2.1).
    let node = Opening(
      item: Commitments.Item(name: "node", value: .null, salt: [UInt8](repeating: 0, count: 32)), index: 0,
      proof: Array(good.proof.dropFirst()))
    #expect(!node.holds(against: commitments.head))
  }

  @Test func `the order of leaves tells nothing of the order of items`() throws {
    let commitments = try Self.commitments(100)
    let places = commitments.items.compactMap { commitments.opening(of: $0.name)?.index }
    #expect(places != places.sorted() && Set(places).count == 100)
    #expect(commitments.leaves == commitments.leaves.sorted { $0.lexicographicallyPrecedes($1) })
    // Equal values have leaves of their own, and the salts of other values tell nothing of theirs.
    let twins = Commitments([("a", .count(1)), ("b", .count(1))], key: try ReleaseTransformTests.key())
    let others = Commitments([("a", .count(2)), ("b", .count(1))], key: try ReleaseTransformTests.key())
    #expect(Set(twins.items.map(\.salt) + others.items.map(\.salt)).count == 3)
  }

  /// Whoever guesses an item right but has no salt cannot tell.
  @Test func `a guess cannot be tested without the salt`() throws {
    let commitments = Commitments(
      (0..<256).map { ("address \($0)", .string("192.0.2.\($0)")) }, key: try ReleaseTransformTests.key())
    for host in 0..<256 {
      let name = "address \(host)"
      let content = DocumentValue.object(["item": .string(name), "value": .string("192.0.2.\(host)")]).canonicalJSON
      for guess in [content, [UInt8](repeating: 0, count: 32) + content] {
        #expect(!commitments.leaves.contains(MerkleTree.leafHash(of: guess)))
      }
    }
  }
}
