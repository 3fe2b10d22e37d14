import CCrypto

/// What an X.509 certificate says of itself (RFC 5280).
///
/// Nothing of it is verified.
public struct Certificate: Sendable, Equatable {
  /// Names of hosts that are read.
  private static let nameLimit = 64

  /// Whose key it certifies, as RFC 2253 writes names.
  public let subject: String
  /// Who signed it, written alike.
  public let issuer: String
  /// The serial number in upper-case hexadecimal digits.
  public let serial: String
  /// From when on it is valid, as RFC 3339 writes times; empty if that is no time.
  public let notValidBefore: String
  /// Until when it is valid, written alike.
  public let notValidAfter: String
  /// The DNS names among its alternative names (RFC 5280 section 4.2.1.6).
  public let dnsNames: [String]
  /// The SHA-256 of the whole in lower-case hexadecimal digits.
  public let fingerprint: String

  /// Reads a certificate; nothing if the bytes are none.
  ///
  /// - Parameter der: The certificate in DER.
  /// - Complexity: O(n).
  public init?(der: [UInt8]) {
    defer { ERR_clear_error() }
    let parsed = unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      // The pointer and its count come from one buffer that lives through the call; nothing of it is kept.
      var start = buffer.baseAddress
      return unsafe d2i_X509(nil, &start, buffer.count)
    }
    guard !der.isEmpty, let certificate = unsafe parsed else { return nil }
    defer { unsafe X509_free(certificate) }
    // What the getters give belongs to the certificate, which lives until the end.
    subject = unsafe Self.text(name: X509_get_subject_name(certificate))
    issuer = unsafe Self.text(name: X509_get_issuer_name(certificate))
    serial = unsafe Self.text(number: X509_get0_serialNumber(certificate))
    notValidBefore = unsafe Self.text(time: X509_get0_notBefore(certificate))
    notValidAfter = unsafe Self.text(time: X509_get0_notAfter(certificate))
    dnsNames = unsafe Self.dnsNames(certificate)
    fingerprint = Digest.hex(Digest.sha256(of: der))
  }

  private static func text(name: OpaquePointer?) -> String {
    guard let name = unsafe name, let output = unsafe BIO_new(BIO_s_mem()) else { return "" }
    defer { unsafe BIO_free(output) }
    guard unsafe X509_NAME_print_ex(output, name, 0, ascribe_name_flags) >= 0 else { return "" }
    var bytes = [UInt8](repeating: 0, count: unsafe BIO_ctrl_pending(output))
    // As many bytes are read as there is room for.
    let count = unsafe BIO_read(output, &bytes, Int32(clamping: bytes.count))
    return String(decoding: bytes.prefix(max(0, Int(count))), as: UTF8.self)
  }

  private static func text(number: UnsafePointer<ASN1_INTEGER>?) -> String {
    guard let number = unsafe ASN1_INTEGER_to_BN(number, nil) else { return "" }
    defer { unsafe BN_free(number) }
    guard let digits = unsafe BN_bn2hex(number) else { return "" }
    defer { unsafe CRYPTO_free(digits, nil, 0) }
    // libcrypto ends the text with a zero.
    return unsafe String(cString: digits)
  }

  private static func text(time: UnsafePointer<ASN1_TIME>?) -> String {
    guard let time = unsafe time, let general = unsafe ASN1_TIME_to_generalizedtime(time, nil) else { return "" }
    defer { unsafe ASN1_STRING_free(general) }
    // Fourteen digits and a Z, as libcrypto made it: "20141124093000Z".
    let digits = unsafe text(string: general)
    guard digits.utf8.count == 15, digits.last == "Z" else { return "" }
    func part(_ range: Range<Int>) -> Substring { digits.dropFirst(range.lowerBound).prefix(range.count) }
    return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))Z"
  }

  private static func text(string: UnsafePointer<ASN1_STRING>) -> String {
    guard let start = unsafe ASN1_STRING_get0_data(string) else { return "" }
    // The pointer and the length are of one string.
    let bytes = unsafe UnsafeBufferPointer(start: start, count: max(0, Int(ASN1_STRING_length(string))))
    return unsafe String(decoding: bytes, as: UTF8.self)
  }

  private static func dnsNames(_ certificate: OpaquePointer) -> [String] {
    // For this extension libcrypto gives a stack of general names.
    guard let names = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
    let stack = OpaquePointer(names)
    defer { unsafe GENERAL_NAMES_free(stack) }
    var found: [String] = []
    for index in 0..<min(unsafe OPENSSL_sk_num(stack), Int32(nameLimit)) {
      var type: Int32 = 0
      guard let name = unsafe OPENSSL_sk_value(stack, index)?.assumingMemoryBound(to: GENERAL_NAME.self),
        let value = unsafe GENERAL_NAME_get0_value(name, &type), type == GEN_DNS
      else { continue }
      // A DNS name is held as an ASN1_STRING.
      found.append(unsafe text(string: value.assumingMemoryBound(to: ASN1_STRING.self)))
    }
    return found
  }
}
