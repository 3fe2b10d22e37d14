/// Metrics as text: the Prometheus exposition format 0.0.4, or OpenMetrics 1.0.0.
package enum MetricsPage: Sendable {
  case prometheus, openMetrics

  /// The format that a request asks for.
  ///
  /// - Parameter accept: Its `Accept` header; OpenMetrics where it names that.
  package init(accept: String?) {
    self = accept?.contains("application/openmetrics-text") == true ? .openMetrics : .prometheus
  }

  /// The media type.
  package var contentType: String {
    switch self {
    case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }
  }

  /// Writes families; those without samples are left out.
  ///
  /// - Parameter families: The families, each name once.
  /// - Returns: The page.
  package func text(_ families: [MetricFamily]) -> String {
    var page = ""
    for family in families where !family.samples.isEmpty {
      // OpenMetrics names the family, the older format the samples, and it knows no information.
      let isOpen = self == .openMetrics
      let name = isOpen ? family.name : family.sampleName
      let kind = isOpen || family.kind != .info ? family.kind.rawValue : "gauge"
      page += "# HELP \(name) \(Self.escaped(family.help, quote: isOpen))\n# TYPE \(name) \(kind)\n"
      for sample in family.samples {
        let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value, quote: true))\"" }
        page += family.sampleName + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}")
        page += " \(Self.number(sample.value))\n"
      }
    }
    return self == .openMetrics ? page + "# EOF\n" : page
  }

  private static func number(_ value: Double) -> String {
    // Whole numbers without a fraction, as long as each is a number of its own.
    value.magnitude < 9_007_199_254_740_992 && value == value.rounded() ? String(Int64(value)) : String(value)
  }

  private static func escaped(_ text: String, quote: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quote: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
