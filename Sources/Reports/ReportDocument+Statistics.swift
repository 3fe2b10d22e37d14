extension ReportDocument {
  /// The competing hypotheses, a matrix for each actor (methodology 4.4).
  package struct Hypotheses: Decodable, Sendable {
    /// A step of the ladder from packets to responsibility.
    package struct Step: Decodable, Sendable {
      package var level: String
      package var proposition: String
      package var assertedBy: String

      enum CodingKeys: String, CodingKey {
        case level, proposition
        case assertedBy = "asserted_by"
      }
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

    enum CodingKeys: String, CodingKey {
      case hypotheses, reading
      case diamondModel = "diamond_model"
      case ladder, matrices
    }
  }

  /// Base rates and noise (methodology 6).
  package struct BaseRates: Decodable, Sendable {
    /// Sources whose address nothing verified.
    package struct UnverifiedSources: Decodable, Sendable {
      package var ipv4: UInt64
      package var isExact: Bool
      package var standardError: Double?

      enum CodingKeys: String, CodingKey {
        case ipv4
        case isExact = "is_exact"
        case standardError = "standard_error"
      }
    }

    /// The figures of a claimed range.
    package struct Range: Decodable, Sendable {
      /// What random sources would hit by chance.
      package struct BaseRate: Decodable, Sendable {
        package var addresses: UInt64
        package var p: Double
        package var expected: Double
        package var atLeastOne: Double

        enum CodingKeys: String, CodingKey {
          case addresses, p, expected
          case atLeastOne = "at_least_one"
        }
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

      enum CodingKeys: String, CodingKey {
        case claim, range, flows, verified, unverified, silent
        case synOnly = "syn_only"
        case connectOnly = "connect_only"
        case dataBearing = "data_bearing"
        case loginOrWrite = "login_or_write"
        case other
        case dataBearingShare = "data_bearing_share"
        case targets
        case targetsAreExact = "targets_are_exact"
        case scannerListed = "scanner_listed"
        case baseRate = "base_rate"
      }
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

        enum CodingKeys: String, CodingKey {
          case claim, observed
          case inBaseline = "in_baseline"
          case perDay = "per_day"
          case isBound = "is_bound"
          case expected, probability
          case probabilityText = "probability_text"
        }
      }

      package var days: Double?
      package var caseDays: Double?
      package var overlapsCase: Bool
      package var sentences: [String]
      package var ranges: [Comparison]

      enum CodingKeys: String, CodingKey {
        case days
        case caseDays = "case_days"
        case overlapsCase = "overlaps_case"
        case sentences, ranges
      }
    }

    /// What can be said of a likelihood ratio.
    package struct LikelihoodRatio: Decodable, Sendable {
      package var atMost: Double?
      package var sentence: String
      /// An analyst's reason for the figure, word for word.
      package var reason: String?

      enum CodingKeys: String, CodingKey {
        case atMost = "at_most"
        case sentence, reason
      }
    }

    package var unverifiedSources: UnverifiedSources
    package var reading: String
    package var ranges: [Range]
    package var scanLikeSources: UInt64
    package var scanPatternIsWhole: Bool
    package var baseline: Baseline?
    package var likelihoodRatio: LikelihoodRatio

    enum CodingKeys: String, CodingKey {
      case unverifiedSources = "unverified_sources"
      case reading, ranges
      case scanLikeSources = "scan_like_sources"
      case scanPatternIsWhole = "scan_pattern_is_whole"
      case baseline
      case likelihoodRatio = "likelihood_ratio"
    }
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

    enum CodingKeys: String, CodingKey {
      case flows, addresses
      case addressesAreMinimum = "addresses_are_minimum"
      case days, sensors, sentence
    }
  }
}
