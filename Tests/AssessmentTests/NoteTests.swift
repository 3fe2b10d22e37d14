import Catalog
import Flows
import Packets
import TestSupport
import Testing

@testable import Assessment

/// Every fact that weakens or explains a grade reaches the reader.
@Suite struct NoteTests {
  let us: IPAddress
  let x: IPAddress
  let plain: Catalog

  init() throws {
    us = try ip("192.0.2.10")
    x = try ip("198.51.100.7")
    plain = catalog([claim([try net("198.51.100.0/24")])])
  }

  private func finding(_ flows: [FlowRecord], context: AssessmentContext = AssessmentContext()) throws -> Finding {
    var assessment = CaseAssessment(catalog: plain, context: context)
    for flow in flows { _ = assessment.add(flow) }
    return try #require(assessment.finish().findings.first)
  }

  /// The facts that a finding of weak flows says in sentences of its own.
  private static let known: [(note: EvidenceNotes, name: String, words: String)] = [
    (.ackedUnseen, "acked_unseen", "the capture does not hold"), (.asymmetric, "asymmetric", "only one direction"),
    (.checksumUnknown, "checksum_unknown", "cut by the snap length"),
    (.badChecksums, "bad_checksums", "left out of grading"),
    (.offload, "offload", "network card"), (.pathUnproven, "path_unproven", "prescribed their own route"),
    (.mirrorDuplicates, "mirror_duplicates", "mirror ports"), (.timestampEchoed, "timestamp_echoed", "second value"),
    (.timestampMismatch, "timestamp_mismatch", "graded E2 at most"),
    (.ttlClassChange, "ttl_class_change", "initial TTL"),
    (.tunnelled, "tunnelled", "inside a tunnel"), (.inspectionCut, "inspection_cut", "room for"),
    (.severalPaths, "several_paths", "another VLAN tag"), (.givenUp, "given_up", "judged in parts"),
  ]

  @Test(arguments: known.indices) func `each note has a name, a count and a sentence`(row: Int) throws {
    let (note, name, words) = Self.known[row]
    var marked = flow(x, us, in: plain, originator: SideEvidence(.e2, .twoWayUnverified))
    let bare = try finding([marked, marked])
    marked.notes = note
    let with = try finding([marked, flow(x, us, in: plain, originator: SideEvidence(.e2, .twoWayUnverified))])
    #expect(with.notes == [name: 1])
    #expect(marked.notes.names == [name])
    let added = with.wording.filter { !bare.wording.contains($0) }
    #expect(added.count == 1, "\(added)")
    #expect(added.first?.hasPrefix("In 1 of 2 flows ") == true)
    #expect(added.first?.contains(words) == true)
    #expect(bare.notes.isEmpty)
  }

  @Test func `a note without a name is called by its bit, none is lost`() throws {
    var marked = flow(x, us, in: plain)
    marked.notes = EvidenceNotes(rawValue: .max)
    #expect(marked.notes.names.count == EvidenceNotes.RawValue.bitWidth)
    #expect(marked.notes.names.last == "note_\(EvidenceNotes.RawValue.bitWidth - 1)")
    #expect(Set(marked.notes.names).count == marked.notes.names.count)
    #expect(try finding([marked]).notes.count == marked.notes.names.count)
  }

  @Test func `notes stand in exclusive findings too`() throws {
    var marked = flow(x, us, in: plain)
    marked.notes = [.mirrorDuplicates]
    let finding = try finding([marked])
    #expect(finding.verdict == .exclusive)
    #expect(finding.wording.contains { $0.hasPrefix("In 1 of 1 flow the capture holds packets twice") })
  }

  @Test func `drops are named for the inputs in which the flows begin`() throws {
    var context = AssessmentContext()
    context.inputs = [
      InputFacts(name: "one.pcapng", interfaceDrops: 0, firstPacket: nil, lastPacket: nil),
      InputFacts(name: "two.pcapng", interfaceDrops: 42, firstPacket: nil, lastPacket: nil),
      InputFacts(name: "three.pcapng", interfaceDrops: 7, firstPacket: nil, lastPacket: nil),
    ]
    var record = flow(x, us, in: plain)
    record.citations = FlowRecord.Citations()
    for (file, sentence) in [
      (0, nil),
      (1, "Packets were dropped at the interface in inputs in which these flows begin: two.pcapng (42 packets)."),
      (9, nil),
    ] as [(UInt32, String?)] {
      record.citations?.file = file
      let said = try finding([record], context: context).wording.first { $0.contains("dropped at the interface") }
      #expect(said == sentence)
    }
  }

  @Test func `flows given up and parts of flows are said to be such`() throws {
    var record = flow(x, us, in: plain)
    record.endReason = .lackOfResources
    record.continuedFrom = record.firstPacket
    let wording = try finding([record, flow(x, us, in: plain)]).wording
    #expect(wording.contains("1 of 2 flows was given up before the end for lack of room."))
    #expect(wording.contains("1 of 2 flows goes on with a flow whose beginning stands in an earlier record."))
  }
}
