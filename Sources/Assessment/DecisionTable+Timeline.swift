import Catalog
public import Packets

/// A span of time in which the catalog gives one answer on an address.
public struct AnswerWindow: Sendable {
  /// First moment; nothing for all time before.
  public let from: Timestamp?
  /// First moment of the next answer; nothing if there is none.
  public let until: Timestamp?
  /// The answer on a verified flow that lasts a moment.
  public let assessment: FlowAssessment
}

extension DecisionTable {
  /// What is said of an address through all time: each span with one verdict, one list of reasons, one actor and the same
  /// claims.
  ///
  /// - Parameter address: The address.
  /// - Returns: The windows in order; they meet, the first has no start and the last no end.
  /// - Complexity: O(k³) in the number of entries that cover the address.
  public func timeline(of address: IPAddress) -> [AnswerWindow] {
    var endpoint = CoveredEndpoint(verified: address, at: Timestamp(nanoseconds: .min), in: catalog)
    let starts = [Timestamp(nanoseconds: .min)] + changes(endpoint.covers)
    var answers: [(from: Timestamp, assessment: FlowAssessment)] = []
    for start in starts {
      (endpoint.firstPacket, endpoint.lastPacket) = (start, start)
      let assessment = decide(endpoint)
      if let last = answers.last?.assessment, last.reasons == assessment.reasons, last.actor == assessment.actor,
        last.claims == assessment.claims
      {
        continue
      }
      answers.append((start, assessment))
    }
    return answers.enumerated().map { index, answer in
      AnswerWindow(
        from: index == 0 ? nil : answer.from, until: index + 1 < answers.count ? answers[index + 1].from : nil,
        assessment: answer.assessment)
    }
  }

  /// Why a claim does not count at a moment.
  ///
  /// - Parameters:
  ///   - index: The claim.
  ///   - time: The moment.
  /// - Returns: A reason of row D3; nothing while the claim is live.
  public func expiry(ofClaim index: Int, at time: Timestamp) -> VerdictReason? {
    claims[index].phase(time, time).reason
  }

  /// Whether an overlay speaks of a moment.
  ///
  /// - Parameters:
  ///   - index: The overlay.
  ///   - time: The moment.
  /// - Returns: Whether its day is at most 30 days away.
  public func isLive(overlay index: Int, at time: Timestamp) -> Bool { overlays[index].isLive(time, time) }

  /// The moments at which an entry begins or ceases to hold, to count, or to be believed; ascending.
  private func changes(_ covers: [PrefixTable.Cover]) -> [Timestamp] {
    var moments: Set<Timestamp> = []
    for cover in covers {
      switch cover.entry {
      case .claim(let index) where claims.indices.contains(index):
        let terms = claims[index]
        moments.formUnion([
          terms.validFrom, terms.innerFrom, terms.innerUntil, terms.validUntil, terms.believedUntil.advanced(by: 1),
        ])
      case .overlay(let index) where overlays.indices.contains(index):
        let snapshot = overlays[index].snapshot
        moments.formUnion([
          snapshot.advanced(by: -OverlayTerms.window), snapshot.advanced(by: OverlayTerms.window).advanced(by: 1),
        ])
      default: break
      }
    }
    return moments.filter { $0.nanoseconds != .min && $0.nanoseconds != .max }.sorted()
  }
}
