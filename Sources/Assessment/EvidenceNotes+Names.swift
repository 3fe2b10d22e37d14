public import Flows

extension EvidenceNotes {
  /// The name of each note in every report, and what it means for the flows that bear it; in the order of the bits.
  ///
  /// A sentence of nothing is said elsewhere, in words of its own.
  static let meanings: [(note: EvidenceNotes, name: String, meaning: String?)] = [
    (
      .ackedUnseen, "acked_unseen",
      "an acknowledgement covered bytes that the capture does not hold: packets are missing from it"
    ),
    (.asymmetric, "asymmetric", nil),
    (
      .checksumUnknown, "checksum_unknown",
      "a packet that fixes the grade was cut by the snap length, so that its checksum is unknown"
    ),
    (.badChecksums, "bad_checksums", "packets with a bad checksum were left out of grading"),
    (.offload, "offload", "bad checksums of the monitored side were taken for the work of its network card"),
    (.pathUnproven, "path_unproven", nil),
    (
      .mirrorDuplicates, "mirror_duplicates",
      "the capture holds packets twice, as mirror ports make them; the copies were left out of grading"
    ),
    (
      .timestampEchoed, "timestamp_echoed",
      "an acknowledgement also returned the other side's timestamp, a second value known only to a receiver"
    ),
    (
      .timestampMismatch, "timestamp_mismatch",
      "a timestamp came back that the other side was not seen to send; such a flow is graded E2 at most"
    ),
    (
      .ttlClassChange, "ttl_class_change",
      "the initial TTL of a side changed, as with injection or a middlebox; such a flow is graded E2 at most"
    ),
    (.tunnelled, "tunnelled", "the packets ran inside a tunnel, where routing does not vouch for addresses"),
    (
      .inspectionCut, "inspection_cut",
      "more was to be inspected than there was room for: grades that rest on content may be too low, not too high"
    ),
    (
      .severalPaths, "several_paths",
      "the same endpoints also exchanged datagrams with another VLAN tag or in a tunnel, so that no returned value counts"
    ),
    (
      .givenUp, "given_up",
      "there was no room for all flows of the addresses at once, which were judged in parts; such a flow is graded E2 at most"
    ),
  ]

  /// The names of the notes, in the order of the bits; a note without a name is called by its bit.
  public var names: [String] {
    (0..<RawValue.bitWidth).filter { rawValue & 1 << $0 != 0 }.map(Self.name)
  }

  static func name(ofBit bit: Int) -> String {
    meanings.first { $0.note.rawValue == 1 << bit }?.name ?? "note_\(bit)"
  }
}

/// How many flows of a finding bear each note, and what else is to be said of them (methodology 4.2, T9–T15).
struct NoteCounts: Sendable {
  private var counts = [UInt64](repeating: 0, count: EvidenceNotes.RawValue.bitWidth)
  /// Flows given up for lack of room.
  private(set) var evicted: UInt64 = 0
  /// Inputs in which the flows begin.
  private(set) var files: Set<UInt32> = []

  /// Adds a flow.
  mutating func add(_ record: FlowRecord) {
    if record.notes != [] {
      for bit in counts.indices where record.notes.rawValue & 1 << bit != 0 { counts[bit] &+= 1 }
    }
    if record.endReason == .lackOfResources { evicted &+= 1 }
    if let file = record.citations?.file { files.insert(file) }
  }

  /// The counts that are not 0, by the notes' names.
  var byName: [String: UInt64] {
    Dictionary(
      uniqueKeysWithValues: counts.indices.filter { counts[$0] > 0 }.map {
        (EvidenceNotes.name(ofBit: $0), counts[$0])
      })
  }

  /// A sentence for each note that is not said elsewhere, and for what is missing from the flows.
  ///
  /// - Parameters:
  ///   - flows: How many flows the finding has.
  ///   - continued: How many of them go on with a flow that an earlier record began.
  ///   - inputs: The inputs in canonical order.
  /// - Returns: The sentences; none where there is nothing to say.
  func sentences(flows: UInt64, continued: UInt64, inputs: [InputFacts]) -> [String] {
    let of = "of \(flows.counted("flow"))"
    var sentences: [String] = []
    for (note, _, meaning) in EvidenceNotes.meanings {
      let count = counts[note.rawValue.trailingZeroBitCount]
      if count > 0, let meaning { sentences.append("In \(count.grouped) \(of) \(meaning).") }
    }
    if continued > 0 {
      sentences.append(
        "\(continued.grouped) \(of) \(continued == 1 ? "goes" : "go") on with a flow whose beginning stands in an earlier record."
      )
    }
    if evicted > 0 {
      sentences.append(
        "\(evicted.grouped) \(of) \(evicted == 1 ? "was" : "were") given up before the end for lack of room.")
    }
    let dropping = files.sorted().filter { inputs.indices.contains(Int($0)) }.map { inputs[Int($0)] }
      .filter { $0.interfaceDrops ?? 0 > 0 }
    if !dropping.isEmpty {
      var names = dropping.prefix(5).map { "\($0.name) (\(($0.interfaceDrops ?? 0).counted("packet")))" }
      if dropping.count > 5 { names.append("\(UInt64(dropping.count - 5).grouped) more") }
      sentences.append("Packets were dropped at the interface in inputs in which these flows begin: \(names.list()).")
    }
    return sentences
  }
}
