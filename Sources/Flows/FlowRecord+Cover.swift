public import Catalog
import Packets

extension FlowRecord {
  /// Looks the flow's addresses up in a catalog other than the one that it was recorded with.
  ///
  /// A flow that nothing covered when its packets were seen was not examined as watched flows are: its checksums were not
  /// verified, and guesses, floods and contradicting marks were not looked for. What its packets seemed to prove beyond E2
  /// is therefore not taken over; the packets must be read again for that.
  ///
  /// - Parameters:
  ///   - prefixes: The catalog's prefixes.
  ///   - wasWatched: Whether an entry covered the flow when its packets were seen.
  public mutating func cover(by prefixes: PrefixTable, wasWatched: Bool) {
    originatorCovers = prefixes.covers(of: originator.address)
    responderCovers = prefixes.covers(of: responder.address)
    attested = attested?.covered(by: prefixes)
    citations?.turn(
      toOriginator: originatorCovers != .empty, toResponder: responderCovers != .empty)
    if !isWatched {
      (citations, stream, content) = (nil, nil, nil)
    } else if !wasWatched {
      originatorEvidence.limit()
      responderEvidence.limit()
    }
  }
}

extension FlowRecord.Citations {
  /// Cites the acknowledgement of the side that is covered, if that of the other one alone is cited.
  fileprivate mutating func turn(toOriginator: Bool, toResponder: Bool) {
    guard toOriginator != toResponder, toOriginator == otherIsOriginator, let other = otherAckedData else { return }
    (ackedData, otherAckedData) = (other, ackedData)
    otherIsOriginator.toggle()
  }
}

extension SideEvidence {
  /// Lowers the grade to E2.
  mutating func limit() {
    if grade > .e2 { self = SideEvidence(.e2, .twoWayUnverified) }
  }
}
