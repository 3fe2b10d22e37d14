/// Samples of one name, as Prometheus reads them.
package struct MetricFamily: Sendable {
  /// What a family's samples are.
  package enum Kind: String, Sendable {
    /// Only grows; the samples' names end with `_total`.
    case counter
    /// Goes up and down.
    case gauge
    /// Facts as labels, with the value 1; the samples' names end with `_info`.
    case info
  }

  /// One value.
  package struct Sample: Sendable {
    package let labels: [(name: String, value: String)]
    package let value: Double
  }

  /// The name, without the ending of its kind.
  package let name: String
  /// What its samples are.
  package let kind: Kind
  /// What it says, on one line.
  package let help: String
  /// The samples; no two have the same labels.
  package private(set) var samples: [Sample] = []

  /// Makes a family without samples.
  package init(_ name: String, _ kind: Kind, _ help: String) {
    self.name = name
    self.kind = kind
    self.help = help
  }

  /// Makes a family of one sample without labels.
  package init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
    self.init(name, kind, help)
    add(value)
  }

  /// Adds a sample.
  ///
  /// - Parameters:
  ///   - value: Its value.
  ///   - labels: What tells it from the others.
  package mutating func add(_ value: Double, _ labels: (name: String, value: String)...) {
    samples.append(Sample(labels: labels, value: value))
  }

  /// The name of its samples.
  var sampleName: String {
    switch kind {
    case .counter: name + "_total"
    case .gauge: name
    case .info: name + "_info"
    }
  }
}
