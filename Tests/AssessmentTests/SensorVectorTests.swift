import Assessment
import Catalog
import Flows
import Packets
import TestSupport
import Testing

/// Several sensors (methodology 4.2, 6.3, T16): they corroborate the path, and nothing else.
@Suite struct SensorVectorTests {
  private func pipeline(_ family: Family, _ sensors: [Sensor]) throws -> Pipeline {
    var text = CatalogText(family: family)
    text.claim(route: "match")
    text.overlay("vpn", "203.0.113.0/24")
    var pipeline = Pipeline(family: family, catalog: try text.load())
    pipeline.context.sensors = sensors
    pipeline.context.clockOffsetIsKnown = true
    pipeline.context.interfaceDrops = 0
    return pipeline
  }

  private func session(_ family: Family, host: UInt32 = 7, after seconds: Int64 = 0) -> [TimedFrame] {
    var talk = Conversation.fromX(family, host: host, at: time(2014, 11, 24, 43_200 + seconds))
    talk.session()
    return talk.frames
  }

  /// Frames of two sensors in the order of time.
  private func join(_ east: [TimedFrame], _ west: [TimedFrame]) -> [(frame: TimedFrame, sensor: Int)] {
    (east.map { (frame: $0, sensor: 0) } + west.map { (frame: $0, sensor: 1) }).sorted {
      $0.frame.timestamp < $1.frame.timestamp
    }
  }

  private func path(
    _ family: Family, _ east: [TimedFrame], _ west: [TimedFrame], _ edit: (inout [Sensor]) -> Void = { _ in }
  ) throws -> Level? {
    var sensors = twoSensors
    edit(&sensors)
    return try pipeline(family, sensors).run(join(east, west)).findings.first?.confidence.path
  }

  @Test(arguments: Family.allCases) func `two independent sensors on every session`(_ family: Family) throws {
    let one = session(family)
    let finding = try #require(
      try pipeline(family, twoSensors).run(join(one, session(family, after: 1))).findings.first)
    #expect(finding.confidence.path == .high)
    #expect(finding.confidence.because.contains { $0.contains("east and west") })
    #expect(finding.likelihood == .veryLikely)
    // Clocks that are a little apart.
    #expect(try path(family, one, session(family, after: 4)) == .high)
  }

  @Test(arguments: Family.allCases) func `one capture given as that of two sensors does not corroborate`(
    _ family: Family
  ) throws {
    let one = session(family)
    #expect(try path(family, one, one) == .moderate)
    let two = one + session(family, host: 8, after: 20)
    let other = session(family, after: 1) + session(family, host: 8, after: 20)
    #expect(try path(family, two, other) == .moderate, "one session of the two is the same capture")
    // Whole: of a copy in another resolution that lost frames nothing tells what it is.
    var whole = try pipeline(family, twoSensors)
    whole.mutations = 0
    for rest in [789, -211] as [Int64] {
      let fine = one.map { frame in
        var frame = frame
        frame.timestamp = Timestamp(nanoseconds: frame.timestamp.nanoseconds + rest)
        return frame
      }
      let finding = try whole.run(join(fine, one)).findings.first
      #expect(finding?.confidence.path == .moderate, "the same capture, cut or rounded to microseconds")
    }
  }

  @Test(arguments: Family.allCases) func `whatever is missing, there is no corroboration`(_ family: Family) throws {
    let one = session(family)
    #expect(try path(family, one, []) == .moderate, "one sensor saw it")
    #expect(try path(family, one, one) { $0[1].operatorName = "operator e" } == .moderate, "one operator")
    #expect(try path(family, one, one) { $0[1].upstream = " CARRIER-E " } == .moderate, "one line")
    #expect(try path(family, one, one) { $0[0].operatorName = nil } == .moderate, "an operator is not recorded")
    #expect(try path(family, one, one) { $0[1].upstream = nil } == .moderate, "a line is not recorded")
    #expect(try path(family, one, session(family, after: 60)) == .moderate, "at another time")
    #expect(try path(family, one, session(family, host: 8)) == .moderate, "another session")
    #expect(
      try path(family, one + session(family, host: 8, after: 20), one) == .moderate, "not all sessions of the finding")
  }

  @Test(arguments: Family.allCases) func `a session that one of them saw half does not corroborate`(
    _ family: Family
  ) throws {
    let whole = session(family)
    for half in [Array(whole.prefix(1)), Array(whole.prefix(3)), whole.filter { $0.packet()?.source == family.us }] {
      #expect(try path(family, whole, half) == .moderate)
    }
    // Nor do two halves make a whole.
    let (east, west) = (
      whole.filter { $0.packet()?.source == family.us }, whole.filter { $0.packet()?.source != family.us }
    )
    let findings = try pipeline(family, twoSensors).run(join(east, west)).findings
    #expect(findings.allSatisfy { $0.verdict == .unverifiable })
  }

  @Test(arguments: Family.allCases) func `a tunnel corroborates nothing`(_ family: Family) throws {
    let plain = session(family)
    let inside = plain.inside(.gre, behind: [family.x(7)], family.x(1), family.us)
    #expect(try path(family, plain, inside) == .moderate)
    #expect(try path(family, inside, inside) == .moderate)
  }

  @Test(arguments: Family.allCases) func `corroboration does not mend control or verdict`(_ family: Family) throws {
    var text = CatalogText(family: family)
    text.claim(ratings: ["C3"])
    var pipeline = Pipeline(family: family, catalog: try text.load())
    pipeline.context.sensors = twoSensors
    let one = session(family)
    let both = try #require(try pipeline.run(join(one, one)).findings.first)
    let alone = try #require(try pipeline.run(join(one, [])).findings.first)
    #expect(both.confidence.control == alone.confidence.control)
    #expect(both.verdict == alone.verdict && both.likelihood == alone.likelihood)
    // A million SYNs at two sensors are still SYNs.
    let syn = Array(one.prefix(1))
    #expect(try pipeline.run(join(syn, syn)).findings.first?.reasons == [.oneWay])
  }

  @Test(arguments: Family.allCases) func `a proxied sensor caps its own flows only`(_ family: Family) throws {
    var sensors = twoSensors
    sensors[1].vantage = .proxied
    let one = session(family)
    let findings = try pipeline(family, sensors).run(join(one, one)).findings
    #expect(findings.map(\.reason) == [.direct, .vantage])
    #expect(findings.first?.confidence.path == .moderate, "what the proxied one saw corroborates nothing")
  }
}
