public import Catalog
import Packets

/// How many of so many random sources would hit a range by chance (methodology 6.1).
///
/// It belongs beside counts of unverified sources. Of a verified flow it says nothing, and it is no probability of error.
public struct BaseRate: Sendable, Equatable {
  /// Addresses of the range.
  public var addresses: UInt64
  /// p: the range's share of 2^32.
  public var share: Double
  /// n times p: hits to be expected if the sources were random.
  public var expected: Double
  /// The chance of at least one hit.
  public var atLeastOne: Double

  /// The base rate of a claim's range; nothing if it holds IPv6 space, where no address is as likely as any other.
  ///
  /// - Parameters:
  ///   - claim: The claim.
  ///   - sources: n: how many distinct unverified IPv4 sources there are.
  public init?(of claim: Claim, sources: UInt64) {
    guard !claim.prefixes.isEmpty, claim.prefixes.allSatisfy({ $0.address.isIPv4 }) else { return nil }
    addresses = claim.prefixes.reduce(0) { $0 + (UInt64(1) << UInt64(32 - min(32, Int($1.length)))) }
    share = Double(addresses) / 0x1p32
    expected = Double(sources) * share
    atLeastOne = chanceOfAtLeastOne(Double(sources), share: share)
  }

  /// What is said of IPv6 instead.
  static let ipv6Sentence = "No base rate is stated for chance hits: the range is IPv6 space."

  /// The sentence that stands beside every count of unverified sources of a claim's range.
  ///
  /// - Parameters:
  ///   - claim: The claim.
  ///   - sources: How many distinct unverified IPv4 sources the case has, and whether that is exact.
  /// - Returns: The sentence.
  static func sentence(_ claim: Claim, sources: (value: UInt64, isExact: Bool)) -> String {
    guard let rate = BaseRate(of: claim, sources: sources.value) else { return ipv6Sentence }
    return
      "Base rate of chance hits: n = \(sources.isExact ? "" : "about ")\(sources.value.grouped) distinct unverified "
      + "IPv4 sources in this case\(sources.isExact ? "" : " (standard error 1.6 %)"), "
      + "p = \(rate.addresses.grouped) / 2^32 = \(rate.share.text), n*p = \(rate.expected.text) expected if their "
      + "addresses were random, and a chance of \(rate.atLeastOne.text) of at least one."
  }
}
