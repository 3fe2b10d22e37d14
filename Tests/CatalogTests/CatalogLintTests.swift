import Catalog
import Foundation
import Packets
import TestSupport
import Testing

/// What a check says of the shipped catalogs, and that it stays fast whatever the catalog.
@Suite struct CatalogLintTests {
  @Test func `North Korea has no errors and no warnings`() {
    let review = CatalogReview(paths: ["\(ShippedCatalogTests.config)/north-korea.yaml"])
    #expect(review.findings.filter { $0.severity != .information }.map(\.coded) == [])
    // What is true of it and cannot be mended by a fact is said.
    #expect(
      Set(review.findings.map(\.code.rawValue)) == [
        "contested-overlap", "undated-claim", "stale-claim", "single-source",
      ])
  }

  @Test func `the demonstration has its deliberate warnings and no other`() {
    let review = CatalogReview(paths: ["\(ShippedCatalogTests.config)/demonstration.yaml"])
    let warnings = review.findings.filter { $0.severity == .warning }.map { "\($0.entry ?? "") \($0.code.rawValue)" }
    #expect(
      Set(warnings) == [
        "example-net-ipv4 shared-infrastructure-inside", "example-net-ipv6 shared-infrastructure-inside",
        "example-ministry-block single-source", "other-carrier-lease contested-overlap",
        "other-carrier-lease single-source", "example-net-former single-source",
      ])
    #expect(review.count(.error) == 0)
  }

  private static func source(_ group: String) -> Claim.Source {
    Claim.Source(reference: "\(group) report", reliability: "B", credibility: 2, independentGroup: group)
  }

  private static func claim(_ index: Int, _ prefix: IPPrefix, actor: Int) -> Claim {
    Claim(
      id: "c\(index)", rangeText: "\(prefix)", prefixes: [prefix], actor: actor, relation: .exclusive,
      kind: .dedicatedAllocation, validFrom: Timestamp(seconds: 0), validUntil: nil, asOf: Timestamp(seconds: 86_400),
      recordedAt: Timestamp(seconds: 86_400), maxAge: 1 << 60, basis: [.routing], sources: [source("a"), source("b")])
  }

  private static func catalog(_ prefixes: [IPPrefix]) -> Catalog {
    var catalog = Catalog()
    catalog.actors = (0..<2).map { ThreatActor(id: "a\($0)", name: "A\($0)", level: .organisation) }
    catalog.claims = prefixes.enumerated().map { claim($0.offset, $0.element, actor: $0.offset % 2) }
    return catalog
  }

  /// Nests of eight: a /24 with the seven prefixes at its start.
  private static func nested(_ count: Int) throws -> [IPPrefix] {
    try (0..<count).map { index in
      let address = IPAddress(v4: 0x0B00_0000 + UInt32(index / 8) << 8)
      return try #require(IPPrefix(address: address, length: 24 + index % 8))
    }
  }

  @Test(arguments: [false, true])
  func `ten times the claims take about ten times as long`(allOnOnePrefix: Bool) throws {
    func time(_ count: Int) throws -> Duration {
      let one = try #require(IPPrefix(address: IPAddress(v4: 0x0B00_0000), length: 24))
      let catalog = Self.catalog(allOnOnePrefix ? Array(repeating: one, count: count) : try Self.nested(count))
      return Effort.time { #expect(catalog.lint().count > count / 2) }
    }
    let (few, many) = (try time(500), try time(5_000))
    // A quadratic check takes a hundred times as long.
    #expect(many < few * 40 + .milliseconds(200), "\(few) and \(many)")
  }

  @Test func `a crowd on one prefix is told, not passed over`() throws {
    let one = try #require(IPPrefix(address: IPAddress(v4: 0x0B00_0000), length: 24))
    let findings = Self.catalog(Array(repeating: one, count: 100)).lint()
    #expect(findings.count { $0.code == .tooManyOverlaps } == 100 - 33)
    #expect(findings.count { $0.code == .contestedOverlap } > 1_000)
  }

  @Test func `a list of a day far from every claim is told, a nearer one is not`() throws {
    let one = try #require(IPPrefix(address: IPAddress(v4: 0x0B00_0000), length: 24))
    var catalog = Self.catalog([one])
    catalog.claims[0].validFrom = Timestamp(seconds: 100 * 86_400)
    for (day, isTold) in [(69, true), (70, false), (100, false)] {
      catalog.overlays = [
        Overlay(id: "o", kind: .vpn, snapshot: Timestamp(seconds: Int64(day) * 86_400), prefixes: [one])
      ]
      #expect(catalog.lint().contains { $0.code == .overlayOutOfTime } == isTold, "day \(day)")
    }
  }

  @Test func `a file that is not there is told`() {
    let review = CatalogReview(paths: ["/no/such/catalog.yaml"])
    #expect(review.findings.map(\.code) == [.unreadable] && review.count(.error) == 1)
  }

  @Test func `a list that lost its addresses is told`() {
    var catalog = Self.catalog([])
    catalog.overlays = [Overlay(id: "o", kind: .vpn, snapshot: Timestamp(seconds: 0), prefixes: [])]
    #expect(catalog.lint().map(\.code) == [.overlayEmpty])
  }
}
