package import Packets

/// What a run of interfaces has to say beside what every run says.
package struct LiveFacts: Codable, Sendable, Equatable {
  /// Where the catalog lay, so that a report needs no other word of it.
  package struct CatalogPlace: Codable, Sendable, Equatable {
    /// Files and folders, from the root on.
    package var paths: [String]
    /// Whether it was told to let claims cover documentation prefixes.
    package var allowsDocumentationRanges: Bool
    /// As of when it was read, in nanoseconds; nothing for as it was.
    package var knownAt: Int64?

    /// Makes a place.
    package init(paths: [String], allowsDocumentationRanges: Bool, knownAt: Timestamp?) {
      (self.paths, self.allowsDocumentationRanges) = (paths, allowsDocumentationRanges)
      self.knownAt = knownAt?.nanoseconds
    }
  }

  /// Where the catalog lay.
  package var catalog: CatalogPlace
  /// SHA-256 of the catalog that judged last.
  package var catalogDigest: String
  /// When the run was written last, in nanoseconds.
  package var written: Int64
  /// Watched flows that went on then: recorded as they stood.
  package internal(set) var openFlows: UInt64 = 0
  /// Flows that went on then and that nothing covered: their packets are counted, and nothing else is known of them.
  package var unrecordedFlows: UInt64 = 0
  /// Flows that nothing covered and that are part of the figures alone, because the disk did not keep up.
  package var summedFlows: UInt64 = 0
  /// Watched flows that are in the totals alone, because the disk did not take them.
  package var lostFlows: UInt64 = 0

  /// Makes the facts of a run that begins.
  ///
  /// - Parameters:
  ///   - catalog: Where the catalog lies.
  ///   - digest: Its SHA-256.
  ///   - time: The time.
  package init(catalog: CatalogPlace, digest: String, at time: Timestamp) {
    (self.catalog, catalogDigest, written) = (catalog, digest, time.nanoseconds)
  }

  /// What a report of the run does not show.
  ///
  /// - Parameters:
  ///   - run: The run's number.
  ///   - isOver: Whether it ended by itself.
  /// - Returns: Sentences.
  func limits(of run: Int64, isOver: Bool) -> [String] {
    var sentences: [String] = []
    let time = Timestamp(nanoseconds: written).description
    if !isOver {
      sentences.append(
        "What came after \(time) in run \(run): the run had no end when the case was read, and was written last then. "
          + "\(openFlows) watched flow(s) that went on are taken as they stood, and may turn out otherwise; "
          + "\(unrecordedFlows) flow(s) that no entry covered are not recorded yet.")
    }
    if summedFlows > 0 {
      sentences.append(
        "What \(summedFlows) flow(s) of run \(run) were that no entry covered: the disk did not keep up, and they are "
          + "counted alone. Another catalog cannot be matched with them.")
    }
    if lostFlows > 0 {
      sentences.append(
        "What \(lostFlows) watched flow(s) of run \(run) were: the disk did not take them, and they are counted alone.")
    }
    return sentences
  }
}
