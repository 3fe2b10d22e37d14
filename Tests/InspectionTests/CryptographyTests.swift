import Cryptography
import TestSupport
import Testing

/// The functions of libcrypto beside the vectors of the documents that define them.
@Suite struct CryptographyTests {
  /// RFC 5869 appendix A.1.
  @Test func `HKDF makes the keys of its RFC`() {
    let key = HKDF.extract(
      salt: hex("000102030405060708090a0b0c"), secret: [UInt8](repeating: 0x0B, count: 22))
    #expect(key == hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"))
    let expanded = HKDF.expand(key, info: hex("f0f1f2f3f4f5f6f7f8f9"), count: 42)
    #expect(
      expanded == hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"))
  }

  /// FIPS 197 appendix C.1.
  @Test func `AES encrypts the block of its standard`() {
    let cipher = AES128(key: hex("000102030405060708090a0b0c0d0e0f"))
    #expect(
      cipher.encrypt(hex("00112233445566778899aabbccddeeff")) == hex("69c4e0d86a7b0430d8cdb78070b4c55a"))
  }

  /// The test case 4 of the paper that proposed GCM.
  @Test func `GCM opens what is whole and nothing else`() {
    let cipher = AES128(key: hex("feffe9928665731c6d6a8f9467308308"))
    let nonce = hex("cafebabefacedbaddecaf888")
    let header = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    let sealed = hex(
      """
      42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac97\
      3d58e0915bc94fbc3221a5db94fae95ae7121a47
      """)
    let plain = hex(
      """
      d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657\
      ba637b39
      """)
    #expect(cipher.open(sealed, nonce: nonce, header: header) == plain)
    #expect(cipher.open(sealed, nonce: nonce, header: []) == nil)
    for index in sealed.indices {
      var wrong = sealed
      wrong[index] ^= 1
      #expect(cipher.open(wrong, nonce: nonce, header: header) == nil)
      #expect(cipher.open(Array(sealed.prefix(index)), nonce: nonce, header: header) == nil)
    }
  }

  @Test func `MD5 and SHA-256 of a message`() {
    #expect(Digest.md5(of: Array("abc".utf8)).map(Digest.hex) == "900150983cd24fb0d6963f7d28e17f72")
    #expect(
      Digest.hex(Digest.sha256(of: Array("abc".utf8)))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func `a certificate says whose it is`() throws {
    let certificate = try #require(Certificate(der: CertificateBytes.server))
    #expect(certificate.subject == #"CN=www.example.org,O=Größe\, Ltd,C=XX"#)
    #expect(certificate.issuer == certificate.subject)
    #expect(certificate.serial == "1F2E3D4C5B6A7988")
    #expect(certificate.notValidBefore == "2014-11-24T09:30:00Z")
    // Beyond what 64 bits of nanoseconds reach.
    #expect(certificate.notValidAfter == "9999-12-31T23:59:59Z")
    #expect(certificate.dnsNames == ["www.example.org", "*.example.net"])
    #expect(certificate.fingerprint == "4cddf6221598fb2284a5f978023cad308422f44e06ac8be59880f1840f530013")
    let other = try #require(Certificate(der: CertificateBytes.client))
    #expect(other.dnsNames.isEmpty && other.serial == "05")
  }

  @Test func `bytes that are no certificate are none`() {
    var random = SeededGenerator(seed: 5)
    #expect(Certificate(der: []) == nil)
    for count in 0..<CertificateBytes.client.count {
      #expect(Certificate(der: Array(CertificateBytes.client.prefix(count))) == nil)
    }
    for _ in 0..<20_000 {
      var bytes = CertificateBytes.server
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      // Whatever is read of it, nothing traps.
      if let certificate = Certificate(der: bytes) { #expect(certificate.fingerprint.utf8.count == 64) }
    }
  }
}
