extension ReportDocument {
  /// The competing hypotheses, a matrix for each actor (methodology 4.4).
  package struct Hypotheses: Decodable, Sendable {
    /// A step of the ladder from packets to responsibility.
    package struct Step: Decodable, Sendable {
      package var level: String
      package var proposition: String
      package var assertedBy: String
    }

    /// What speaks for and against each hypothesis.
    package struct Matrix: Decodable, Sendable {
      /// One item of evidence.
      package struct Row: Decodable, Sendable {
        package var evidence: String
        package var text: String
        package var applies: String
        package var because: String
        package var findings: [String]
        package var remark: String?
        /// `C+`, `C`, `N` or `I` for each hypothesis.
        package var cells: [String: String]
      }

      package var actor: String?
      package var findings: [String]
      package var inconsistencies: [String: UInt64]
      package var rows: [Row]
    }

    /// The texts, by name.
    package var hypotheses: [String: String]
    package var reading: String
    package var diamondModel: String
    package var ladder: [Step]
    package var matrices: [Matrix]
  }

  /// Base rates and noise (methodology 6).
  package struct BaseRates: Decodable, Sendable {
    /// Sources whose address nothing verified.
    package struct UnverifiedSources: Decodable, Sendable {
      package var ipv4: UInt64
      package var isExact: Bool
      package var standardError: Double?
    }

    /// The figures of a claimed range.
    package struct Range: Decodable, Sendable {
      /// What random sources would hit by chance.
      package struct BaseRate: Decodable, Sendable {
        package var addresses: UInt64
        package var p: Double
        package var expected: Double
        package var atLeastOne: Double
      }

      package var claim: String
      package var range: String
      package var flows: UInt64
      package var verified: UInt64
      package var unverified: UInt64
      package var silent: UInt64
      package var synOnly: UInt64
      package var connectOnly: UInt64
      package var dataBearing: UInt64
      package var loginOrWrite: UInt64
      package var other: UInt64
      package var dataBearingShare: Double?
      package var targets: UInt64
      package var targetsAreExact: Bool
      package var scannerListed: UInt64
      package var baseRate: BaseRate?
    }

    /// What control captures hold.
    package struct Baseline: Decodable, Sendable {
      /// The comparison for one claim.
      package struct Comparison: Decodable, Sendable {
        package var claim: String
        package var observed: UInt64
        package var inBaseline: UInt64
        package var perDay: Double?
        package var isBound: Bool
        package var expected: Double?
        package var probability: Double?
        package var probabilityText: String
      }

      package var days: Double?
      package var caseDays: Double?
      package var overlapsCase: Bool
      package var sentences: [String]
      package var ranges: [Comparison]
    }

    /// What can be said of a likelihood ratio.
    package struct LikelihoodRatio: Decodable, Sendable {
      package var atMost: Double?
      package var sentence: String
      /// An analyst's reason for the figure, word for word.
      package var reason: String?
    }

    package var unverifiedSources: UnverifiedSources
    package var reading: String
    package var ranges: [Range]
    package var scanLikeSources: UInt64
    package var scanPatternIsWhole: Bool
    package var baseline: Baseline?
    package var likelihoodRatio: LikelihoodRatio
  }

  /// The exclusive flows of the case.
  package struct Exclusive: Decodable, Sendable {
    package var flows: UInt64
    package var addresses: UInt64
    package var addressesAreMinimum: Bool
    package var days: UInt64
    package var sensors: UInt64
    /// All of it in words.
    package var sentence: String?
  }
}
