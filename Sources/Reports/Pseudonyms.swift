import Cryptography
import Packets

/// What a release writes in place of addresses and uids (methodology 4.5).
///
/// Addresses are replaced prefix-preserving (Crypto-PAn) but for those that stay. A pseudonym must not be taken for an
/// address that stays, so the cipher's key is the first of a series under which none of the report's falls among them; if
/// there is no such key, because too much stays, nothing stays.
struct Pseudonyms {
  /// Keys that are tried.
  private static let attempts: UInt8 = 64

  /// The addresses that were replaced, with their pseudonyms.
  private(set) var replaced: [IPAddress: IPAddress] = [:]
  private let key: ReleaseKey
  private let stays: (IPAddress) -> Bool
  private let cipher: PrefixPreservingCipher
  private let keepsPlain: Bool

  /// Chooses pseudonyms.
  ///
  /// - Parameters:
  ///   - key: The release's key.
  ///   - addresses: Every address of the report.
  ///   - stays: Whether an address stays as it is.
  /// - Complexity: O(n) encryptions.
  init(_ key: ReleaseKey, addresses: Set<IPAddress>, stays: @escaping (IPAddress) -> Bool) {
    self.key = key
    self.stays = stays
    let others = addresses.filter { !stays($0) }
    for attempt in 0..<Self.attempts {
      let cipher = PrefixPreservingCipher(key: key.derive("addresses", for: [attempt]))
      let pairs = others.map { ($0, cipher.replace($0)) }
      guard !pairs.contains(where: { stays($0.1) }) else { continue }
      self.cipher = cipher
      keepsPlain = true
      replaced = Dictionary(uniqueKeysWithValues: pairs)
      return
    }
    let cipher = PrefixPreservingCipher(key: key.derive("addresses", for: [Self.attempts]))
    self.cipher = cipher
    keepsPlain = false
    replaced = Dictionary(uniqueKeysWithValues: addresses.map { ($0, cipher.replace($0)) })
  }

  /// What is written in place of an address.
  func address(_ address: IPAddress) -> IPAddress {
    if keepsPlain, stays(address) { return address }
    return replaced[address] ?? cipher.replace(address)
  }

  /// What is written in place of a prefix: that of the pseudonyms of its addresses.
  func prefix(_ prefix: IPPrefix) -> IPPrefix {
    if keepsPlain, stays(prefix.address), stays(prefix.last) { return prefix }
    let bits = cipher.replace(prefix.address).bits
    let host = prefix.last.bits ^ prefix.address.bits
    return IPPrefix(address: IPAddress(bits: bits & ~host), length: Int(prefix.length)) ?? prefix
  }

  /// What is written in place of a digest: it tells two apart, and begins with a word that tells people what it is.
  func digest(_ digest: String) -> String {
    "withheld-" + Digest.hex(key.derive("digests", for: Array(digest.utf8), count: 16))
  }

  /// What is written in place of a flow's uid: 68 bits of a keyed hash, as no key-less one would withstand trying all
  /// addresses.
  func uid(_ uid: String) -> String {
    "C" + Digest.hex(key.derive("uids", for: Array(uid.utf8), count: 9)).prefix(17)
  }
}

extension PrefixPreservingCipher {
  /// Replaces an address by one of its family.
  func replace(_ address: IPAddress) -> IPAddress {
    let bytes = (0..<16).map { UInt8(truncatingIfNeeded: address.bits >> UInt128(120 - 8 * $0)) }
    let count = address.isIPv4 ? 4 : 16
    let bits = replace(Array(bytes.suffix(count))).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    return address.isIPv4 ? IPAddress(v4: UInt32(bits)) : IPAddress(bits: bits)
  }
}
