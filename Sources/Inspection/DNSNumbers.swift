/// Names of DNS numbers as Zeek writes them (IANA, Domain Name System Parameters).
enum DNSNumbers {
  static let netBIOS = 32
  static let netBIOSStatus = 33
  static let option = 41
  /// The class of nearly all.
  static let internet = 1

  /// The name of a record's type.
  static func type(_ number: Int) -> String { types[number] ?? "query-\(number)" }

  /// The name of a class, the bit of mDNS left out.
  static func qclass(_ number: Int) -> String { classes[number & 0x7FFF] ?? "qclass-\(number)" }

  /// The name of what a response says of success.
  static func rcode(_ number: Int) -> String {
    rcodes.indices.contains(number) ? rcodes[number] : extendedCodes[number] ?? "rcode-\(number)"
  }

  /// Whether a class is in use: IN, CH, HS, NONE, ANY.
  static func isClass(_ number: Int) -> Bool { number & 0x7FFF == internet || classes[number & 0x7FFF] != nil }

  /// Whether a type is given out, or for private use.
  static func isType(_ number: Int) -> Bool { types[number] != nil || (0xFF00...0xFFFE).contains(number) }

  private static let classes = [internet: "C_INTERNET", 3: "C_CHAOS", 4: "C_HESOD", 254: "C_NONE", 255: "C_ANY"]

  private static let rcodes = [
    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH",
    "NOTZONE", "DSOTYPENI",
  ]
  private static let extendedCodes = [
    16: "BADVERS", 17: "BADKEY", 18: "BADTIME", 19: "BADMODE", 20: "BADNAME", 21: "BADALG", 22: "BADTRUNC",
    23: "BADCOOKIE",
  ]

  private static let types: [Int: String] = [
    1: "A", 2: "NS", 3: "MD", 4: "MF", 5: "CNAME", 6: "SOA", 7: "MB", 8: "MG", 9: "MR", 10: "NULL", 11: "WKS",
    12: "PTR", 13: "HINFO", 14: "MINFO", 15: "MX", 16: "TXT", 17: "RP", 18: "AFSDB", 19: "X25", 20: "ISDN", 21: "RT",
    22: "NSAP", 23: "NSAP-PTR", 24: "SIG", 25: "KEY", 26: "PX", 27: "GPOS", 28: "AAAA", 29: "LOC", 30: "NXT",
    31: "EID", 32: "NB", 33: "SRV", 34: "ATMA", 35: "NAPTR", 36: "KX", 37: "CERT", 38: "A6", 39: "DNAME", 40: "SINK",
    41: "OPT", 42: "APL", 43: "DS", 44: "SSHFP", 45: "IPSECKEY", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 49: "DHCID",
    50: "NSEC3", 51: "NSEC3PARAM", 52: "TLSA", 53: "SMIMEA", 55: "HIP", 56: "NINFO", 57: "RKEY", 58: "TALINK",
    59: "CDS", 60: "CDNSKEY", 61: "OPENPGPKEY", 62: "CSYNC", 63: "ZONEMD", 64: "SVCB", 65: "HTTPS", 99: "SPF",
    100: "UINFO", 101: "UID", 102: "GID", 103: "UNSPEC", 104: "NID", 105: "L32", 106: "L64", 107: "LP", 108: "EUI48",
    109: "EUI64", 249: "TKEY", 250: "TSIG", 251: "IXFR", 252: "AXFR", 253: "MAILB", 254: "MAILA", 255: "*",
    256: "URI", 257: "CAA", 258: "AVC", 259: "DOA", 260: "AMTRELAY", 32_768: "TA", 32_769: "DLV",
  ]
}
