import Cryptography

/// An item of a release, opened: its value, its salt, and the proof that its commitment stands in the release.
package struct Opening: Sendable, Equatable {
  private static let schema = "ascribe-opening/1"

  /// The item.
  package var item: Commitments.Item
  /// The place of its leaf.
  package var index: UInt64
  /// The hashes beside the way to the root (RFC 9162 section 2.1.3).
  package var proof: [[UInt8]]

  /// Checks the opening against a release.
  ///
  /// - Parameter head: The head of the commitments in the released manifest.
  /// - Returns: Whether the very item stood there when the release was made.
  /// - Complexity: O(n) in the item, O(log n) in the leaves.
  package func holds(against head: DocumentValue) -> Bool {
    guard head["hash"]?.text == "SHA-256", let root = head["root"]?.hexadecimal, root.count == 32,
      let size = head["size"]?.count, item.salt.count == 32, proof.allSatisfy({ $0.count == 32 })
    else { return false }
    return MerkleTree.holds(proof, leafHash: item.leafHash, index: index, size: size, root: root)
  }

  /// The opening as a document, schema `ascribe-opening/1`.
  package var document: DocumentValue {
    .object([
      "schema": .string(Self.schema), "item": .string(item.name), "value": item.value,
      "salt": .string(Digest.hex(item.salt)), "index": .count(index),
      "proof": .array(proof.map { .string(Digest.hex($0)) }),
    ])
  }
}

extension Opening {
  /// Reads what `document` says; nothing if it is no opening.
  package init?(_ document: DocumentValue) {
    guard document["schema"]?.text == Self.schema, let name = document["item"]?.text,
      let value = document["value"], let salt = document["salt"]?.hexadecimal,
      let index = document["index"]?.count, let hashes = document["proof"]?.elements
    else { return nil }
    let proof = hashes.compactMap(\.hexadecimal)
    guard proof.count == hashes.count else { return nil }
    self.init(item: Commitments.Item(name: name, value: value, salt: salt), index: index, proof: proof)
  }
}

extension DocumentValue {
  /// A member of an object.
  package subscript(name: String) -> DocumentValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  /// The bytes of a string of lower-case hexadecimal digits.
  var hexadecimal: [UInt8]? {
    guard let digits = text?.utf8, digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in digits {
      let value: UInt8
      switch digit {
      case 0x30...0x39: value = digit - 0x30
      case 0x61...0x66: value = digit - 0x61 + 10
      default: return nil
      }
      if let upper = high { bytes.append(upper << 4 | value) }
      high = high == nil ? value : nil
    }
    return bytes
  }
}
