import Cryptography
import Foundation
import Packets
import TestSupport
import Testing

/// What releases are made with, beside the vectors of the documents that define it.
@Suite struct ReleaseCryptographyTests {
  /// The key of the reference implementation of Crypto-PAn.
  private static let key: [UInt8] = [
    21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16, 216, 152, 143, 131, 121, 121, 101, 39, 98, 87,
    76, 45, 42, 132, 34, 2,
  ]

  private static func bytes(_ address: IPAddress) -> [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: address.bits >> UInt128(120 - 8 * $0)) }
  }

  /// A sample of the addresses that the reference implementation brings with their sanitised form, and those that
  /// implementations of IPv6 agree on.
  @Test func `addresses are replaced as by the reference implementation`() throws {
    let vectors = [
      ("128.11.68.132", "135.242.180.132"),
      ("129.118.74.4", "134.136.186.123"),
      ("130.132.252.244", "133.68.164.234"),
      ("141.223.7.43", "141.167.8.160"),
      ("141.233.145.108", "141.129.237.235"),
      ("152.163.225.39", "151.140.114.167"),
      ("156.29.3.236", "147.225.12.42"),
      ("192.102.249.13", "252.138.62.131"),
      ("192.41.57.43", "252.222.221.184"),
      ("198.51.77.238", "249.18.186.254"),
      ("202.49.198.20", "245.206.7.234"),
      ("205.188.248.25", "242.96.88.27"),
      ("208.28.185.184", "227.39.94.90"),
      ("212.120.124.31", "228.135.163.231"),
      ("216.254.18.172", "235.7.16.162"),
      ("24.0.250.221", "100.15.198.226"),
      ("24.7.198.88", "100.10.6.25"),
      ("38.15.67.68", "64.3.66.187"),
      ("4.3.88.225", "124.60.155.63"),
      ("63.97.7.140", "95.97.9.123"),
      ("64.39.15.238", "0.219.7.41"),
      ("::1", "78ff:f001:9fc0:20df:8380:b1f1:704:ed"),
      ("::2", "78ff:f001:9fc0:20df:8380:b1f1:704:ef"),
      ("::ffff", "78ff:f001:9fc0:20df:8380:b1f1:704:f838"),
      ("2001:db8::1", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e"),
      ("2001:db8::2", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1c"),
    ]
    let cipher = PrefixPreservingCipher(key: Self.key)
    for (plain, expected) in vectors {
      let address = try #require(IPAddress(plain))
      let count = address.isIPv4 ? 4 : 16
      #expect(
        cipher.replace(Self.bytes(address).suffix(count)) == Self.bytes(try #require(IPAddress(expected))).suffix(count)
      )
    }
  }

  /// Exactly as many leading bits are shared after it as before, and nothing else is kept.
  @Test func `prefixes are preserved exactly`() {
    var random = SeededGenerator(seed: 6)
    for count in [4, 16] {
      let cipher = PrefixPreservingCipher(key: (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) })
      var ones = [Int](repeating: 0, count: 8 * count)
      let rounds = 120
      for _ in 0..<rounds {
        let one = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        var other = one
        let bit = Int.random(in: 0..<8 * count, using: &random)
        other[bit / 8] ^= 0x80 >> UInt8(bit % 8)
        let (first, second) = (cipher.replace(one), cipher.replace(other))
        #expect(first != one)
        #expect(Self.sharedBits(first, second) == bit)
        for position in ones.indices
        where (first[position / 8] ^ one[position / 8]) & (0x80 >> UInt8(position % 8)) != 0 {
          ones[position] += 1
        }
      }
      // The first bit is turned always or never; late bits in about half of all addresses, within six standard deviations.
      #expect(ones[0] == 0 || ones[0] == rounds)
      for position in 16..<8 * count { #expect(abs(ones[position] - rounds / 2) < 33) }
    }
  }

  private static func sharedBits(_ one: [UInt8], _ other: [UInt8]) -> Int {
    for (index, pair) in zip(one, other).enumerated() where pair.0 != pair.1 {
      return 8 * index + (pair.0 ^ pair.1).leadingZeroBitCount
    }
    return 8 * one.count
  }

  /// The leaves and roots of the tests of Certificate Transparency.
  @Test func `a tree has the roots that Certificate Transparency has`() {
    let leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    let roots = [
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    for (count, root) in roots.enumerated() {
      #expect(MerkleTree(leafHashes: leaves.prefix(count).map { MerkleTree.leafHash(of: hex($0)) }).root == hex(root))
    }
  }

  @Test func `a proof holds for its own leaf, place, size and root alone`() {
    for size in 1...33 {
      let leaves = (0..<size).map { MerkleTree.leafHash(of: [UInt8($0)]) }
      let tree = MerkleTree(leafHashes: leaves)
      for index in 0..<size {
        let proof = tree.inclusionProof(of: index)
        func holds(
          _ proof: [[UInt8]], leaf: Int? = nil, index other: Int? = nil, size otherSize: Int? = nil,
          root: [UInt8]? = nil
        ) -> Bool {
          MerkleTree.holds(
            proof, leafHash: leaves[leaf ?? index], index: UInt64(other ?? index), size: UInt64(otherSize ?? size),
            root: root ?? tree.root)
        }
        #expect(holds(proof))
        #expect(!holds(proof + [leaves[0]]))
        #expect(!holds(proof, root: [UInt8](repeating: 0, count: 32)))
        if !proof.isEmpty { #expect(!holds(proof.dropLast())) }
        for other in 0..<size where other != index {
          #expect(!holds(proof, leaf: other))
          #expect(!holds(proof, index: other))
        }
        #expect(!holds(proof, index: size))
        for step in proof.indices {
          var forged = proof
          forged[step][step] ^= 1
          #expect(!holds(forged))
        }
      }
    }
  }

  /// RFC 8032 section 7.1, tests 1 to 3: the secret, the public key, the message, the signature.
  @Test(arguments: [
    (
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    ),
    (
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ),
    (
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    ),
  ])
  func `a signature is that of its RFC`(secret: String, known: String, message: String, expected: String) throws {
    // RFC 8410: the key behind the fixed beginning of its container.
    let privatePEM = Self.pem("PRIVATE KEY", hex("302e020100300506032b657004220420" + secret))
    let publicPEM = Self.pem("PUBLIC KEY", hex("302a300506032b6570032100" + known))
    let privateKey = try #require(Signature.PrivateKey(pem: privatePEM))
    let publicKey = try #require(Signature.PublicKey(pem: publicPEM))
    #expect(privateKey.sign(hex(message)) == hex(expected))
    #expect(publicKey.accepts(hex(expected), of: hex(message)))
    #expect(!publicKey.accepts(hex(expected), of: hex(message) + [0]))
    #expect(!publicKey.accepts(hex(expected).dropLast(), of: hex(message)))
    for index in hex(expected).indices {
      var forged = hex(expected)
      forged[index] ^= 1
      #expect(!publicKey.accepts(forged, of: hex(message)))
    }
    #expect(Signature.PublicKey(pem: privatePEM) == nil)
    #expect(Signature.PrivateKey(pem: publicPEM) == nil)
  }

  @Test func `what is no key of Ed25519 is refused`() {
    // The same container with the number of X25519.
    let other = Self.pem("PUBLIC KEY", hex("302a300506032b656e032100") + [UInt8](repeating: 9, count: 32))
    for bytes in [[], Array("-----BEGIN PUBLIC KEY-----".utf8), other, [UInt8](repeating: 0, count: 4096)] {
      #expect(Signature.PublicKey(pem: bytes) == nil)
      #expect(Signature.PrivateKey(pem: bytes) == nil)
    }
  }

  private static func pem(_ label: String, _ der: [UInt8]) -> [UInt8] {
    Array("-----BEGIN \(label)-----\n\(Data(der).base64EncodedString())\n-----END \(label)-----\n".utf8)
  }
}
