import Catalog
import Packets

/// The sentences that belong to every report, whatever was found; they cannot be switched off (methodology 4.7, 7 a).
enum CaseSentences {
  static let noBaseline =
    "How often the ranges are seen outside this case: no baseline from control captures was used."

  /// What a report does not show.
  static func notShown(_ context: AssessmentContext, findings: [Finding]) -> [String] {
    var sentences = [
      "Who operated a host: packets and range claims speak of networks, not of persons or organisations at the keyboard.",
      "Whether an address in a range was used by an intruder, a proxy or a VPN inside that range.",
      "Shared use that no list at hand names: not listed is not the same as not shared.",
      "Routing at the time of the flows, beyond what a claim records of it.",
      "Traffic that the inputs do not hold: no data is not no activity.",
      "Of the Diamond Model only the infrastructure vertex; adversary, capability and victim are not assessed by this tool.",
    ]
    if context.sensors.isEmpty {
      sentences.append(
        "Where the inputs were captured: no sensor was named, and a proxy in front of it would not be seen.")
    }
    if context.baseline == nil {
      sentences.append(noBaseline)
    }
    if context.inputsAreDamaged { sentences.append("What stood in the damaged parts of the inputs.") }
    if context.evictedFlows > 0 {
      sentences.append(
        "The whole of \(context.evictedFlows.counted("flow")) given up before the end for lack of room: what came later of "
          + "them counts as other flows.")
    }
    if context.cutStreams > 0 {
      sentences.append(
        "What the streams of \(context.cutStreams.counted("flow")) said, for lack of room: grades and links may be "
          + "missing.")
    }
    if context.unrecordedGuesses > 0 {
      sentences.append(
        "Whether some sessions were guessed: \(context.unrecordedGuesses.counted("wrong acknowledgement")) found no room, and "
          + "sources without a record count as guessers for a minute.")
    }
    if let drops = context.interfaceDrops, drops > 0 {
      sentences.append("\(drops.counted("packet")) that the capturing interfaces dropped.")
    }
    for input in context.inputs { sentences += input.absenceSentences }
    let untimed = context.inputs.reduce(0) { $0 &+ $1.untimedPackets }
    if untimed > 0 {
      sentences.append(
        "When \(untimed.counted("packet")) without a time were captured (pcapng Simple Packet Blocks): each counts as of the "
          + "packet before it, or of 1970, and so do verdicts that rest on it.")
    }
    if findings.contains(where: { $0.flowCount > UInt64($0.flows.count) }) {
      sentences.append("Every flow of every finding: long lists are cut, the counts are of all flows.")
    }
    return sentences
  }

  /// What a reader must know before using a report.
  static func caveats(_ catalog: Catalog) -> [String] {
    var sentences = [
      "An address is not a person, and a country's network is not its government.",
      Wording.identityCaveat,
      "No packet test excludes parties on the path, an upstream provider, a route hijack or a compromised host.",
      "All flows of a range rest on the same claims: more flows do not mend an error in the range data.",
      "A source address in one-way traffic is only what the sender wrote there.",
      "UNVERIFIABLE is a normal result: where the evidence is weak, the verdict is refused.",
      "\"Likely\" means 55-80 % and \"very likely\" 80-95 % (ICD 203); nothing stronger is ever said.",
      "Confidence rates the basis of a judgment: path, control of the range, handling of the inputs; the lowest counts.",
      "Statements about operators or states need a named analyst and a different named reviewer.",
    ]
    if catalog.allowsDocumentationRanges {
      sentences.insert(
        "DEMONSTRATION DATA: documentation ranges are claimed; nothing here speaks of real networks.", at: 0)
    }
    if let knowledge = catalog.knowledge { sentences.insert(lack(knowledge), at: 0) }
    return sentences
  }

  /// What a catalog that is read as of a time in the past leaves out.
  static func lack(_ knowledge: Catalog.Knowledge) -> String {
    "The catalog is read as it was known at \(knowledge.time.text): "
      + "\(UInt64(knowledge.unknownClaims).counted("claim")) and "
      + "\(UInt64(knowledge.unknownOverlays).counted("overlay")) recorded later are left out"
      + (knowledge.droppedOverrides > 0
        ? ", \(UInt64(knowledge.droppedOverrides).counted("override")) of such claims with them" : "")
      + "; with all that is known today, verdicts may differ."
  }
}

extension InputFacts {
  /// Absences that are named one by one.
  private static let absencesNamed = 20

  /// What is not shown of the input because it gave no packets, a sentence for each time.
  fileprivate var absenceSentences: [String] {
    var sentences = absences.prefix(Self.absencesNamed).map {
      "What \(name) carried from \($0.lowerBound.text) to \($0.upperBound.text): it was gone or down, and gave no packets."
    }
    let rest = UInt64(absences.dropFirst(Self.absencesNamed).count)
    if rest > 0, let last = absences.last {
      sentences.append(
        "What \(name) carried at \(rest.grouped) later times until \(last.upperBound.text) at which it gave no packets."
      )
    }
    return sentences
  }
}
