import Assessment
import Catalog
import Flows
import Packets
import TestSupport
import Testing

/// A list of hosting is excepted for a dated, dedicated assignment with a reason (methodology 1.3), and for nothing else.
@Suite struct OverlayExceptionTests {
  /// What a case changes; as it stands, the exception counts.
  struct Setup {
    var relation = Claim.Relation.exclusive
    var kind = UseKind.dedicatedAssignment
    var from: Timestamp? = time(2014, 1, 1)
    var until: Timestamp? = time(2015, 1, 1)
    var overlayKind = UseKind.hosting
    var snapshot = time(2014, 11, 24)
    var excepted = "hosting-list"
    var reason = "one rack, by contract"
    var margin: Int64 = 0
    var ratings: [(Character, Int)] = [("B", 2), ("B", 2)]
    var others: [Claim] = []
    var more: [Overlay] = []
    var first = time(2014, 11, 24)
    var last = time(2014, 11, 24, 60)
    var grade = SideEvidence(.e4, .twoWayVerified)

    func table() throws -> DecisionTable {
      let prefix = try net("198.51.100.0/24")
      var claim = claim(
        [prefix], relation: relation, kind: kind, from: from, until: until, margin: margin, ratings: ratings)
      claim.overlayExceptions = [Claim.OverlayException(overlay: excepted, reason: reason)]
      var list = overlay(overlayKind, [prefix], on: snapshot)
      list.id = "hosting-list"
      return DecisionTable(catalog: catalog([claim] + others, overlays: [list] + more))
    }

    func endpoint(_ table: DecisionTable) throws -> CoveredEndpoint {
      var endpoint = CoveredEndpoint(verified: try ip("198.51.100.7"), at: first, in: table.catalog)
      (endpoint.lastPacket, endpoint.evidence) = (last, grade)
      return endpoint
    }

    func decide() throws -> FlowAssessment {
      let table = try table()
      return table.decide(try endpoint(table))
    }
  }

  static func setup(_ change: (inout Setup) -> Void) -> Setup {
    var setup = Setup()
    change(&setup)
    return setup
  }

  @Test func `with dates and a reason the list does not speak, and the reasons say so`() throws {
    let assessment = try Setup().decide()
    #expect(assessment.verdict == .exclusive && assessment.reason == .direct)
    #expect(assessment.reasons == [.direct, .overlayException] && assessment.overlays == [0])
    let table = try Setup().table()
    let rules = table.rules(for: try Setup().endpoint(table))
    #expect(rules.filter { !$0.holds }.isEmpty)
    #expect(rules[3].because.contains("'c1' excepts it: one rack, by contract"), "\(rules[3])")
  }

  @Test func `the wording quotes the reason`() throws {
    let table = try Setup().table()
    var assessment = CaseAssessment(catalog: table.catalog, context: AssessmentContext())
    _ = assessment.add(flow(try ip("198.51.100.7"), try ip("192.0.2.1"), in: table.catalog))
    let finding = try #require(assessment.finish().findings.first)
    #expect(finding.reasons.contains(.overlayException))
    #expect(
      finding.wording.contains {
        $0.contains("hosting-list (hosting) of 2014-11-24") && $0.contains("one rack, by contract")
      })
  }

  static let misses: [(name: String, setup: Setup, reason: VerdictReason)] = {
    var misses: [(String, Setup, VerdictReason)] = [
      ("no start", setup { $0.from = nil }, .hosting), ("no end", setup { $0.until = nil }, .hosting),
      ("no dates", setup { ($0.from, $0.until) = (nil, nil) }, .hosting),
      ("blank reason", setup { $0.reason = " \n" }, .hosting), ("no reason", setup { $0.reason = "" }, .hosting),
      ("another list", setup { $0.excepted = "hosting-lists" }, .hosting),
      ("no good source", setup { $0.ratings = [("D", 2)] }, .hosting),
      ("not exclusive", setup { $0.relation = .associated }, .hosting),
      ("shared", setup { $0.relation = .shared }, .sharedUse),
      (
        "starts a moment early",
        setup {
          $0.first = time(2014, 1, 1, -1); ($0.last, $0.snapshot) = (time(2014, 1, 1, 5), time(2014, 1, 1))
        }, .boundary
      ),
      (
        "ends a moment late",
        setup {
          $0.last = time(2015, 1, 1); $0.snapshot = time(2014, 12, 20)
        }, .boundary
      ),
      (
        "within the guard",
        setup {
          $0.margin = nanosecondsPerDay; $0.first = time(2014, 12, 31); $0.last = $0.first; $0.snapshot = $0.first
        }, .boundary
      ),
      (
        "after the end",
        setup {
          $0.first = time(2015, 1, 2)
          $0.last = $0.first
          $0.snapshot = time(2014, 12, 20)
        }, .after
      ),
      ("too old a list", setup { $0.snapshot = time(2014, 10, 1) }, .overlayStale),
      ("not verified", setup { $0.grade = SideEvidence(.e1, .halfOpen) }, .halfOpen),
    ]
    for kind in [UseKind.dedicatedAllocation, .soleNationalISP] {
      misses.append(("\(kind)", setup { $0.kind = kind }, .hosting))
    }
    for kind in UseKind.allCases where kind != .hosting {
      let reason: VerdictReason =
        switch kind {
        case .researchScanner: .scanner
        case .dedicatedAllocation, .dedicatedAssignment, .soleNationalISP, .unknown: .sharedUse
        default: VerdictReason(rawValue: kind.rawValue) ?? .sharedUse
        }
      misses.append(("list of \(kind)", setup { $0.overlayKind = kind }, reason))
    }
    return misses
  }()

  @Test(arguments: misses.indices)
  func `every near miss is as without the exception`(index: Int) throws {
    let (name, setup, reason) = Self.misses[index]
    let assessment = try setup.decide()
    #expect(assessment.verdict != .exclusive, "\(name)")
    #expect(assessment.reason == reason, "\(name): \(assessment.reasons)")
    if [.boundary, .after].contains(reason) { #expect(assessment.reasons.contains(.hosting), "\(name): not excepted") }
    let plain = try Self.setup {
      $0 = setup; $0.excepted = "nothing"
    }.decide()
    if name == "not verified" {
      #expect(plain.reason == .hosting && assessment.reasons == [.halfOpen, .overlayException])
    } else {
      #expect(assessment.reasons == plain.reasons && !assessment.reasons.contains(.overlayException), "\(name)")
    }
  }

  @Test func `another list, another claim of the actor or of another still speaks`() throws {
    let prefix = try net("198.51.100.0/24")
    var second = overlay(.hosting, [prefix])
    second.id = "second-list"
    #expect(try Self.setup { $0.more = [second] }.decide().reason == .hosting)
    #expect(try Self.setup { $0.more = [overlay(.vpn, [prefix])] }.decide().reason == .vpn)
    #expect(try Self.setup { $0.more = [overlay(.sinkhole, [prefix])] }.decide().reason == .sinkhole)
    let foreign = claim([prefix], id: "c2", actor: 1)
    #expect(try Self.setup { $0.others = [foreign] }.decide().reasons == [.overlap, .hosting])
    let narrower = claim([try net("198.51.100.0/28")], id: "c2", relation: .shared)
    #expect(try Self.setup { $0.others = [narrower] }.decide().verdict == .shared)
    // The verdict would rest on the narrower claim, which excepts nothing.
    let bearing = claim([try net("198.51.100.0/28")], id: "c2", kind: .dedicatedAssignment)
    #expect(try Self.setup { $0.others = [bearing] }.decide().reason == .hosting)
  }
}
